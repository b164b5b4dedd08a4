"""Room for pictures, and what makes some: what no order needs is dropped, the oldest first, a piece at a time.

How large one picture may be: uploads.py (the team's), intake.py and lib/limits.py (customers').
"""

from datetime import timedelta

import sqlalchemy as sa

from printalma import daily
from printalma.db import Connection, reading, table, transaction
from printalma.lib.clock import now
from printalma.pictures import queries
from printalma.pictures.models import (
    OrderPicture,
    OrderSource,
    Picture,
    PictureCopy,
    PictureHost,
    PicturePiece,
    PictureSource,
    SourceState,
)
from printalma.pictures.troubles import Trouble
from printalma.web.peer import let_others

SWEPT_AFTER = timedelta(days=1)
SPARED = timedelta(hours=1)  # the order that a picture came with may still be on its way
PIECES_SWEPT = 8  # in one transaction

_pictures, _pieces, _of_orders = table(Picture), table(PicturePiece), table(OrderPicture)
_copies, _sources, _named, _hosts = (table(each) for each in (PictureCopy, PictureSource, OrderSource, PictureHost))
_is_in_order = _of_orders.c.hash == _pictures.c.hash
_is_named = sa.and_(_sources.c.hash == _pictures.c.hash, _named.c.key == _sources.c.key)
_has_order = sa.or_(sa.exists().where(_is_in_order), sa.exists().where(_is_named))
_needed: set[sa.Select[tuple[int]]] = set()


def needed_by(orders: sa.Select[tuple[int]]) -> None:
    """Register a query for the ids of orders whose pictures stay, however little room there is."""
    _needed.add(orders)


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
    wanted = [
        need
        for orders in _needed
        for need in (
            sa.exists().where(_is_in_order, _of_orders.c.order_id.in_(orders)),
            sa.exists().where(_is_named, _named.c.order_id.in_(orders)),
        )
    ]
    return _drop(tx, sa.and_(_pictures.c.seen_at < now() - SPARED, ~sa.or_(sa.false(), *wanted)))


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
        lost = {"state": SourceState.LOST, "trouble": Trouble.NO_ROOM, "hash": None}
        tx.execute(sa.update(_sources).where(_sources.c.hash == name).values(lost))
        tx.execute(sa.delete(_copies).where(_copies.c.hash == name))
        tx.execute(sa.delete(_of_orders).where(_of_orders.c.hash == name))
        tx.execute(sa.delete(_pictures).where(here))
    return 1


def sweep_sources(tx: Connection) -> int:
    """Forget addresses that no order names any more."""
    is_idle = sa.or_(_sources.c.claimed_until.is_(None), _sources.c.claimed_until < now() - SWEPT_AFTER)
    nobody = ~sa.exists().where(_named.c.key == _sources.c.key)
    return daily.delete(tx, _sources, _sources.c.named_at < now() - SWEPT_AFTER, is_idle, nobody)


def sweep_hosts(tx: Connection) -> int:
    """Forget hosts of which no address is known any more. They are locked, and then asked for once more: PostgreSQL's
    statement sees no address that came while it waited for the host."""
    is_unknown = ~sa.exists().where(_sources.c.host == _hosts.c.host)
    some = sa.select(_hosts.c.host).where(is_unknown).limit(daily.MAX_ROWS).with_for_update(skip_locked=True)
    return daily.delete(tx, _hosts, _hosts.c.host.in_(tx.scalars(some).all()), is_unknown)
