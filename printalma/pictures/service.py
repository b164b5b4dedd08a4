"""Keeping pictures: in pieces, each in a transaction of its own, so that no order waits for another's artwork.

A picture is written before the order that it belongs to, or before it is known to be what an address names. What no
order has after a day is swept: the process ended between the two, or the order was refused.
"""

from collections.abc import Collection, Iterable, Iterator
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import sqlalchemy as sa

from printalma.db import Connection, table, transactional, upsert
from printalma.lib.clock import now
from printalma.pictures.models import OrderPicture, Picture, PictureCopy, PicturePiece
from printalma.pictures.spool import Spooled
from printalma.web.peer import let_others

if TYPE_CHECKING:
    from printalma.pictures.decoding import Decoded

PIECE = 256_000  # bytes in one transaction: a millisecond or two

_pictures, _pieces, _of_orders = table(Picture), table(PicturePiece), table(OrderPicture)
_copies = table(PictureCopy)
_HEAD = upsert(_pictures)
_HEAD = _HEAD.on_conflict_do_update(index_elements=[_pictures.c.hash], set_={"seen_at": _HEAD.excluded.seen_at})
_PIECE = upsert(_pieces).on_conflict_do_nothing()
_COPY = upsert(_copies).on_conflict_do_nothing()
# Of however many pictures that are written, a piece of one waits for its turn among the changes.
_alone = Lock()


class Readable(Protocol):
    """Where pictures are until they are kept."""

    def read(self, picture: Spooled, piece: int) -> Iterator[bytes]: ...


def attach(tx: Connection, order_id: int, hashes: Collection[str]) -> None:
    """Note in the order's transaction which pictures it has. One that is gone is no reason to refuse the order."""
    if hashes:
        there = sa.select(sa.literal(order_id), _pictures.c.hash).where(_pictures.c.hash.in_(hashes))
        tx.execute(upsert(_of_orders).from_select(["order_id", "hash"], there).on_conflict_do_nothing())


@transactional
def known(tx: Connection, hashes: Collection[str]) -> set[str]:
    """Those that are kept already. For another day they stay without an order."""
    mine = sa.and_(_pictures.c.hash.in_(hashes), _pictures.c.whole)
    tx.execute(sa.update(_pictures).where(mine).values(seen_at=now()))
    return set(tx.execute(sa.select(_pictures.c.hash).where(mine)).scalars())


def keep(spool: Readable, pictures: Collection[Spooled]) -> None:
    """Write down pictures that are not known."""
    _begin(pictures)
    for some in _handfuls(spool, pictures):
        with _alone:
            _write(some)
        let_others()
    _finish([picture.hash for picture in pictures])


@transactional
def keep_copies(tx: Connection, name: str, decoded: "Decoded") -> None:
    """Write down what was made of a picture, unless that is known already, or the picture is gone."""
    size = sum(len(copy.data) for copy in decoded.copies.values())
    values = {"width": decoded.width, "height": decoded.height, "copied_size": size}
    here = sa.and_(_pictures.c.hash == name, _pictures.c.whole)
    if tx.execute(sa.update(_pictures).where(here).values(values)).rowcount:
        for which, copy in decoded.copies.items():
            tx.execute(_COPY, {"hash": name, "copy": which, **vars(copy)})


@transactional
def _begin(tx: Connection, pictures: Iterable[Spooled]) -> None:
    moment = now()
    heads = [
        {"hash": each.hash, "size": each.size, "kind": each.kind}
        for each in sorted(pictures, key=lambda each: each.hash)
    ]
    tx.execute(_HEAD, [{**head, "whole": False, "seen_at": moment} for head in heads])


@transactional
def _write(tx: Connection, pieces: list[dict[str, object]]) -> None:
    tx.execute(_PIECE, pieces)


@transactional
def _finish(tx: Connection, hashes: Collection[str]) -> None:
    tx.execute(sa.update(_pictures).where(_pictures.c.hash.in_(hashes)).values(whole=True))


def _handfuls(spool: Readable, pictures: Iterable[Spooled]) -> Iterator[list[dict[str, object]]]:
    """The pieces of all, PIECE bytes at a time or a little more: many small ones go together."""
    some: list[dict[str, object]] = []
    size = 0
    for picture in pictures:
        for n, data in enumerate(spool.read(picture, PIECE)):
            some.append({"hash": picture.hash, "n": n, "data": data})
            size += len(data)
            if size >= PIECE:
                yield some
                some, size = [], 0
    if some:
        yield some
