"""What people at the press do: each verb is one transaction that ends with its events."""

from datetime import timedelta

import sqlalchemy as sa

from printalma import daily
from printalma.accounts.actor import Actor
from printalma.atelier import queries
from printalma.atelier.commands import Tick
from printalma.atelier.models import PieceTick
from printalma.atelier.pieces import mark_of
from printalma.db import Connection, table, transactional, upsert
from printalma.events import log
from printalma.events.types import PiecesTicked, PiecesUnticked
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, NotFound
from printalma.lib.i18n import t
from printalma.orders import service as orders
from printalma.orders.commands import ChangeStatus, TakeBack
from printalma.orders.models import AT_WORK, Order, OrderItem, Status
from printalma.orders.queries import Details, ItemRow

KEPT = timedelta(days=30)

_orders, _items, _ticks = table(Order), table(OrderItem), table(PieceTick)
_ORDER_OF = sa.select(_items.c.order_id).where(_items.c.id == sa.bindparam("item"))


@transactional
def tick(tx: Connection, wanted: Tick, actor: Actor) -> int:
    """Have pieces be made, or not; which order it was. What they are already changes nothing. The first of an order has
    it be in preparation. Raises NotFound; Conflict when there is nothing to make of it."""
    details, item = _locked(tx, wanted, actor)
    order = details.order
    pieces = range(wanted.first, min(wanted.last, item.quantity) + 1)
    if wanted.mark != mark_of(item) or not pieces:
        raise Conflict(t("atelier.other", number=order.number))
    if not _changed(tx, wanted, pieces, order.id, actor):
        return order.id
    if wanted.made and order.status == Status.CONFIRMED:
        orders.move(tx, details, ChangeStatus(status=Status.PROCESSING), actor)
    told = PiecesTicked if wanted.made else PiecesUnticked
    log.append(tx, told([order.id], item.id, pieces.start, pieces[-1]), actor.id)
    return order.id


@transactional
def send(tx: Connection, order_id: int, version: int, actor: Actor) -> None:
    """Have an order be on its way of which all pieces are made; who carries it may be said later, on its page. Raises
    NotFound; Conflict when one is not, or somebody changed the order since `version`."""
    details = orders.locked(tx, order_id, actor.page_sight)
    board = queries.board(tx, actor.page_sight, order_id)
    if details.order.status in AT_WORK and not all(job.is_ready for job in board.jobs.values()):
        raise Conflict(t("atelier.not_ready", number=details.order.number))
    command = ChangeStatus(status=Status.SHIPPED, version=version)
    if details.order.status == Status.CONFIRMED and details.order.version == version:
        # A colleague took it back after its first piece was made.
        details = orders.move(tx, details, ChangeStatus(status=Status.PROCESSING), actor)
        command = ChangeStatus(status=Status.SHIPPED, version=details.order.version)
    orders.move(tx, details, command, actor, by_hand=True)


@transactional
def take_back(tx: Connection, order_id: int, version: int, actor: Actor) -> None:
    """It is not on its way, after all; no other move is taken back here. Raises Conflict for one, and what taking back
    an order's last move does."""
    details = orders.locked(tx, order_id, actor.page_sight)
    if details.order.version == version and details.order.status != Status.SHIPPED:
        raise Conflict(t("orders.nothing_to_take_back"))
    orders.take_back_locked(tx, details, TakeBack(version=version), actor)


def forget_mended(tx: Connection, before: Details, after: Details) -> None:
    """A line that says something else than it did when its pieces were made has none of them."""
    marks = {item.id: mark_of(item) for item in after.items}
    mended = [item.id for item in before.items if marks.get(item.id) != mark_of(item)]
    if mended:
        of_them = _ticks.c.order_id == before.order.id, _ticks.c.order_item_id.in_(mended)
        tx.execute(sa.update(_ticks).where(*of_them).values(lost=True))


def forget_ended(tx: Connection) -> int:
    """Of an order that has left the press, and may yet be taken back, nothing need be known for ever."""
    is_there = sa.exists().where(_orders.c.id == _ticks.c.order_id, _orders.c.status.in_([*map(str, AT_WORK)]))
    return daily.delete(tx, _ticks, _ticks.c.at < now() - KEPT, ~is_there)


def _locked(tx: Connection, wanted: Tick, actor: Actor) -> tuple[Details, ItemRow]:
    """The order, locked, and its line."""
    order_id = tx.execute(_ORDER_OF, {"item": wanted.item}).scalar()
    if order_id is None:
        raise NotFound(t("atelier.unknown"))
    details = orders.locked(tx, order_id, actor.page_sight)
    item = next((item for item in details.items if item.id == wanted.item), None)
    if item is None:
        raise NotFound(t("atelier.unknown"))
    if details.order.status not in AT_WORK:
        status = t(f"statuses.{details.order.status}")
        raise Conflict(t("atelier.not_to_make", number=details.order.number, status=status))
    return details, item


def _changed(tx: Connection, wanted: Tick, pieces: range, order_id: int, actor: Actor) -> bool:
    """Whether it was otherwise. The order is locked: nobody ticks it meanwhile."""
    mine = _ticks.c.order_item_id == wanted.item, _ticks.c.order_id == order_id, ~_ticks.c.lost
    made = {*tx.scalars(sa.select(_ticks.c.piece).where(*mine))}
    if not wanted.made:
        those = _ticks.c.piece.between(pieces.start, pieces[-1])
        return tx.execute(sa.delete(_ticks).where(*mine, those)).rowcount > 0
    what = {"order_item_id": wanted.item, "order_id": order_id, "by": actor.id, "at": now(), "lost": False}
    rows = [{**what, "piece": piece} for piece in pieces if piece not in made]
    if not rows:
        return False
    # One that is lost stands there already, and on SQLite one of another order: it gives a dropped line's id again.
    again = upsert(_ticks).values(rows)
    anew = {name: again.excluded[name] for name in ("order_id", "by", "at", "lost")}
    tx.execute(again.on_conflict_do_update(index_elements=[*_ticks.primary_key], set_=anew))
    return True
