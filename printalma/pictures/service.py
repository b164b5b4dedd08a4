"""Keeping pictures: in pieces, each in a transaction of its own, so that no order waits for another's artwork.

A picture is written before the order that it belongs to. What no order has after a day is swept: the process ended
between the two, or the order was refused.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from threading import Lock

import sqlalchemy as sa

from printalma.db import Connection, reading, table, transaction, transactional, upsert
from printalma.lib.clock import now
from printalma.pictures import queries
from printalma.pictures.models import OrderPicture, Picture, PicturePiece
from printalma.pictures.spool import Spool, Spooled
from printalma.web.peer import let_others

PIECE = 256_000  # bytes in one transaction: a millisecond or two
SWEPT_AFTER = timedelta(days=1)
SPARED = timedelta(hours=1)  # the order that a picture came with may still be on its way
PIECES_SWEPT = 8  # in one transaction

_pictures, _pieces, _of_orders = table(Picture), table(PicturePiece), table(OrderPicture)
_HEAD = upsert(_pictures)
_HEAD = _HEAD.on_conflict_do_update(index_elements=[_pictures.c.hash], set_={"seen_at": _HEAD.excluded.seen_at})
_PIECE = upsert(_pieces).on_conflict_do_nothing()
# Of however many pictures that are written, a piece of one waits for its turn among the changes.
_alone = Lock()
_has_order = sa.exists().where(_of_orders.c.hash == _pictures.c.hash)
_needed: set[sa.Select[tuple[int]]] = set()


def needed_by(orders: sa.Select[tuple[int]]) -> None:
    """Register a query for the ids of orders whose pictures stay, however little room there is."""
    _needed.add(orders)


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


def keep(spool: Spool, pictures: Collection[Spooled]) -> None:
    """Write down pictures that are not known."""
    _begin(pictures)
    for some in _handfuls(spool, pictures):
        with _alone:
            _write(some)
        let_others()
    _finish([picture.hash for picture in pictures])


def has_room(size: int, most: int) -> bool:
    """Whether so many bytes more are within `most` in all, once what nobody needs has made room, the oldest first."""
    while size <= most:
        with reading() as connection:
            if queries.size_of_all(connection) + size <= most:
                return True
        if not transaction(_drop_unneeded):
            break
        let_others()
    return False


def sweep(tx: Connection) -> int:
    """Delete something of a picture that no order has wanted for a day; 0 when there is none."""
    return _drop(tx, sa.and_(_pictures.c.seen_at < now() - SWEPT_AFTER, ~_has_order))


def _drop_unneeded(tx: Connection) -> int:
    wanted = [_of_orders.c.order_id.in_(orders) for orders in _needed]
    is_needed = sa.exists().where(_of_orders.c.hash == _pictures.c.hash, sa.or_(sa.false(), *wanted))
    return _drop(tx, sa.and_(_pictures.c.seen_at < now() - SPARED, ~is_needed))


def _drop(tx: Connection, condition: sa.ColumnElement[bool]) -> int:
    """Some pieces of the oldest picture of which that is true, and with the last of them the picture. Nobody sees it
    from the first on, and somebody who sends it anew meanwhile makes the condition false."""
    oldest = sa.select(_pictures.c.hash).where(condition).order_by(_has_order, _pictures.c.seen_at).limit(1)
    name = tx.execute(oldest).scalar()
    here = _pictures.c.hash == name
    if name is None or not tx.execute(sa.update(_pictures).where(here, condition).values(whole=False)).rowcount:
        return 0
    some = sa.select(_pieces.c.n).where(_pieces.c.hash == name).order_by(_pieces.c.n.desc()).limit(PIECES_SWEPT)
    deleted = tx.execute(sa.delete(_pieces).where(_pieces.c.hash == name, _pieces.c.n.in_(some))).rowcount
    if deleted < PIECES_SWEPT:
        tx.execute(sa.delete(_of_orders).where(_of_orders.c.hash == name))
        tx.execute(sa.delete(_pictures).where(here))
    return 1


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


def _handfuls(spool: Spool, pictures: Iterable[Spooled]) -> Iterator[list[dict[str, object]]]:
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
