"""What is known of pictures."""

import hashlib
from collections.abc import Collection, Iterator
from typing import NamedTuple

import sqlalchemy as sa

from printalma.db import Connection, Row, reading, table
from printalma.pictures.models import (
    OrderSource,
    Picture,
    PictureCopy,
    PicturePiece,
    PictureSource,
    SourceState,
)

PATH = "/pictures/"
LOOKED_AT = 10  # of an order's pictures, the best: a list of fifty is not to read ten thousand rows

_pictures, _pieces = table(Picture), table(PicturePiece)
_sources, _of_orders, _copies = table(PictureSource), table(OrderSource), table(PictureCopy)
_PIECE = sa.select(_pieces.c.data).where(_pieces.c.hash == sa.bindparam("hash"), _pieces.c.n == sa.bindparam("n"))
_SIZE = sa.select(sa.func.coalesce(sa.func.sum(_pictures.c.size + _pictures.c.copied_size), 0))
_COPIED = sa.select(_copies.c.hash).where(_copies.c.hash == sa.bindparam("hash")).limit(1)
_WAITING = sa.select(sa.func.count()).where(_sources.c.due_at.is_not(None))

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
        sa.func.coalesce(_pictures.c.copied_size > 0, sa.false()),
    )
    .outerjoin(_pictures, _pictures.c.hash == _sources.c.hash)
    .where(_sources.c.key.in_(sa.bindparam("keys", expanding=True)))
)
# What can be shown of an order, or will be: a picture without copies is never.
_IS_SHOWN = sa.and_(_sources.c.state == SourceState.KEPT, _pictures.c.copied_size > 0)
_BEST = (
    sa.select(_of_orders.c.order_id, sa.case((_IS_SHOWN, _sources.c.hash)).label("hash"))
    .join(_sources, _sources.c.key == _of_orders.c.key)
    .outerjoin(_pictures, _pictures.c.hash == _sources.c.hash)
    .where(_of_orders.c.order_id.in_(sa.bindparam("ids", expanding=True)), _of_orders.c.rank < LOOKED_AT)
    .where(sa.or_(_IS_SHOWN, _sources.c.state == SourceState.WAITING))
    .order_by(_of_orders.c.order_id, _of_orders.c.rank)
)


class Source(NamedTuple):
    """What became of an address that orders name. `hash` and what follows are there once it is KEPT, the pixels only if
    it could be read; `trouble` says why it is not, or was not at the last attempt. `is_shown`: it has
    copies."""

    address: str
    state: str
    trouble: str | None
    hash: str | None
    kind: str | None
    size: int | None
    width: int | None
    height: int | None
    is_shown: bool


def key_of(address: str) -> str:
    """Under which a source is known."""
    return hashlib.sha256(address.encode(errors="surrogatepass")).hexdigest()


def sources(connection: Connection, addresses: Collection[str]) -> dict[str, Source]:
    """What is known of these addresses, by address; what no order has named yet is left out."""
    keys = [key_of(address) for address in addresses]
    return {row.address: Source(*row) for row in connection.execute(_BY_KEY, {"keys": keys})} if keys else {}


def best_of(connection: Connection, order_ids: Collection[int]) -> dict[int, str | None]:
    """The hash of the picture that shows best what an order is, of those orders that have one; None where the first is
    on its way."""
    found: dict[int, str | None] = {}
    for row in connection.execute(_BEST, {"ids": list(order_ids)}) if order_ids else ():
        found[row.order_id] = found.get(row.order_id) or row.hash
    return found


def picture(connection: Connection, name: str) -> Row | None:
    """One that is there to be seen."""
    return connection.execute(sa.select(_pictures).where(_pictures.c.hash == name, _pictures.c.whole)).first()


def copy(connection: Connection, name: str, which: str) -> Row | None:
    """A picture made small."""
    mine = _copies.c.hash == name, _copies.c.copy == which
    return connection.execute(sa.select(_copies).where(*mine)).first()


def has_copies(connection: Connection, name: str) -> bool:
    return connection.execute(_COPIED, {"hash": name}).first() is not None


def is_waiting(connection: Connection, order_id: int) -> bool:
    """Whether pictures of this order are still to come."""
    mine = sa.select(_sources.c.key).join(_of_orders, _of_orders.c.key == _sources.c.key)
    coming = mine.where(_of_orders.c.order_id == order_id, _sources.c.state == SourceState.WAITING)
    return connection.execute(coming.limit(1)).first() is not None


def waiting(connection: Connection) -> int:
    """How many pictures are to be fetched, now or later."""
    found: int = connection.execute(_WAITING).scalar_one()
    return found


def size_of_all(connection: Connection) -> int:
    """Bytes of all pictures together, and of their copies."""
    found: int = connection.execute(_SIZE).scalar_one()
    return found


def first_piece(connection: Connection, name: str) -> bytes:
    """How a picture begins."""
    return connection.execute(_PIECE, {"hash": name, "n": 0}).scalar() or b""


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
