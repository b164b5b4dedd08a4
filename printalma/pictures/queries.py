"""What is known of pictures."""

import hashlib
from collections.abc import Collection, Iterator
from typing import NamedTuple

import sqlalchemy as sa

from printalma.db import Connection, Row, reading, table
from printalma.pictures.models import OrderSource, Picture, PicturePiece, PictureSource, SourceState

PATH = "/pictures/"

_pictures, _pieces = table(Picture), table(PicturePiece)
_sources, _of_orders = table(PictureSource), table(OrderSource)
_PIECE = sa.select(_pieces.c.data).where(_pieces.c.hash == sa.bindparam("hash"), _pieces.c.n == sa.bindparam("n"))
_SIZE = sa.select(sa.func.coalesce(sa.func.sum(_pictures.c.size), 0))

_BY_KEY = (
    sa.select(
        _sources.c.address,
        _sources.c.state,
        _sources.c.trouble,
        _sources.c.hash,
        _pictures.c.kind,
        _pictures.c.size,
        _pictures.c.width,
        _pictures.c.height,
    )
    .outerjoin(_pictures, _pictures.c.hash == _sources.c.hash)
    .where(_sources.c.key.in_(sa.bindparam("keys", expanding=True)))
)
_KEPT = (
    sa.select(_of_orders.c.order_id, _sources.c.hash)
    .join(_sources, _sources.c.key == _of_orders.c.key)
    .where(_of_orders.c.order_id.in_(sa.bindparam("ids", expanding=True)), _sources.c.state == SourceState.KEPT)
    .order_by(_of_orders.c.order_id, _of_orders.c.rank.desc())
)


class Source(NamedTuple):
    """What became of an address that orders name. `hash` and what follows are there once it is KEPT, the pixels only if
    it could be read; `trouble` says why it is not, or was not at the last attempt."""

    address: str
    state: str
    trouble: str | None
    hash: str | None
    kind: str | None
    size: int | None
    width: int | None
    height: int | None


def key_of(address: str) -> str:
    """Under which a source is known."""
    return hashlib.sha256(address.encode(errors="surrogatepass")).hexdigest()


def sources(connection: Connection, addresses: Collection[str]) -> dict[str, Source]:
    """What is known of these addresses, by address; what no order has named yet is left out."""
    keys = [key_of(address) for address in addresses]
    return {row.address: Source(*row) for row in connection.execute(_BY_KEY, {"keys": keys})} if keys else {}


def best_of(connection: Connection, order_ids: Collection[int]) -> dict[int, str]:
    """The hash of the picture that shows best what an order is, of those orders that have one."""
    found = connection.execute(_KEPT, {"ids": list(order_ids)}) if order_ids else ()
    return {row.order_id: row.hash for row in found}  # the last of each is the best


def picture(connection: Connection, name: str) -> Row | None:
    """One that is there to be seen."""
    return connection.execute(sa.select(_pictures).where(_pictures.c.hash == name, _pictures.c.whole)).first()


def size_of_all(connection: Connection) -> int:
    """Bytes of all pictures together."""
    found: int = connection.execute(_SIZE).scalar_one()
    return found


def pieces(name: str) -> Iterator[bytes]:
    """A picture's bytes. Each piece is fetched when it is wanted: whoever reads slowly holds no connection."""
    n = 0
    while True:
        with reading() as connection:
            data = connection.execute(_PIECE, {"hash": name, "n": n}).scalar()
        if data is None:
            return
        yield data
        n += 1
