"""What happens to orders: each verb is one transaction that ends with its event."""

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.catalog import service as stock
from printalma.db import Connection, table, transactional
from printalma.events import log
from printalma.events.types import OrderPlaced, OrderStatusChanged
from printalma.lib.clock import iso, now
from printalma.lib.errors import Conflict, NotFound
from printalma.lib.i18n import t
from printalma.orders import counters, history, placing, queries
from printalma.orders.commands import ChangeStatus, PlaceOrder
from printalma.orders.idempotency import Idempotency, claim, remember
from printalma.orders.models import STAMPS, Order, Status
from printalma.orders.placing import Shop
from printalma.orders.queries import Details, Fields
from printalma.shop.service import hold_currency

_orders = table(Order)


@dataclass(frozen=True)
class Placed:
    details: Details
    replayed: bool


@transactional
def place(
    tx: Connection, command: PlaceOrder, actor: Actor | None, shop: Shop, idempotency: Idempotency | None = None
) -> Placed:
    """Save an order with its stock, counters and event in one transaction.

    The same idempotency key and body again returns the first order and changes nothing. Raises NotFound for an
    unknown product, Conflict for too little stock or too much of a product, Unprocessable for a key that was used with
    another body.
    """
    if idempotency is not None:
        earlier = claim(tx, idempotency, actor)
        if earlier is not None:
            return Placed(_details(tx, earlier), replayed=True)
    held = replace(shop, currency=hold_currency(tx))
    products = placing.products_of(tx, command, shop.most_per_product)
    counted = {i: n for i, n in command.quantities().items() if products[i].stock is not None}
    stock.take_stock(tx, counted)
    details = placing.insert(tx, command, products, actor, held)
    if idempotency is not None:
        remember(tx, idempotency, actor, details.order["id"])
    counters.count_placed(tx, details.order, counters.shares(details.items))
    log.append(tx, _placed(details, held), actor.id if actor else None)
    return Placed(details, replayed=False)


@transactional
def change_status(tx: Connection, order_id: int, command: ChangeStatus, actor: Actor, by_hand: bool = False) -> Details:
    """Move an order as an admin. The status it already has, and the move that has just been made, change nothing; but
    who moves it `by_hand` is told of a colleague who was faster.

    Raises NotFound; Conflict for a forbidden transition or when somebody moved it since `command.version`.
    """
    order = queries.by_id_for_update(tx, order_id)
    if order is None:
        raise NotFound(t("orders.unknown"))
    if not _is_made(tx, order, command, actor if by_hand else None):
        _check_move(tx, order, command)
        _move(tx, order, command.status, actor, command.notes)
    return _details(tx, order_id)


@transactional
def cancel(tx: Connection, order_id: int, actor: Actor) -> Details:
    """Cancel one's own order while nobody has begun it. Raises NotFound, also for somebody else's; Conflict."""
    order = queries.by_id_for_update(tx, order_id)
    if order is None or order["user_id"] != actor.id:
        raise NotFound(t("orders.unknown"))
    if order["status"] != Status.PENDING:
        raise Conflict(t("orders.too_late", status=t(f"statuses.{order['status']}")))
    _move(tx, order, Status.CANCELLED, actor, None)
    return _details(tx, order_id)


def _placed(details: Details, shop: Shop) -> OrderPlaced:
    order = details.order
    return OrderPlaced(
        order_id=order["id"],
        number=order["number"],
        total=order["total"],
        currency=shop.currency,
        customer_id=order["user_id"],
        customer_name=order["customer"],
        customer_email=order["email"],
        lines=order["lines"],
        placed_at=iso(order["created_at"]) or "",
    )


def _is_made(tx: Connection, order: Fields, command: ChangeStatus, mover: Actor | None) -> bool:
    """Whether the order is where it should go: as it was seen, or by this very move, made a moment ago, by `mover` if
    there is one. What the second sender has to say is not lost: with another note it is no repetition."""
    if order["status"] != command.status:
        return False
    if command.version in (None, order["version"]):
        return True
    if command.version != order["version"] - 1:
        return False
    made = history.moves(tx, order["id"])
    if not made or (mover is not None and made[-1].actor_id != mover.id):
        return False
    return command.notes in (None, history.note_of(made[-1]))


def _check_move(tx: Connection, order: Fields, command: ChangeStatus) -> None:
    status = Status(order["status"])
    if command.version is not None and command.version != order["version"]:
        raise Conflict(history.who_moved(tx, order))
    if command.status not in status.next:
        sentence = "orders.forbidden_move" if status.next else "orders.final"
        raise Conflict(t(sentence, now=t(f"statuses.{status}"), wanted=t(f"statuses.{command.status}")))


def _move(tx: Connection, order: Fields, new: Status, actor: Actor, note: str | None) -> None:
    values = _moved(order, new, actor, note)
    believed = sa.update(_orders).where(_orders.c.id == order["id"], _orders.c.version == order["version"])
    moved = tx.execute(believed.values(values)).rowcount
    assert moved == 1, "the row is locked, so its version cannot have changed"
    if new.gives_back:
        stock.give_back_stock(tx, queries.quantities(tx, order["id"]))
    counters.count_moved(tx, order, new.value, values["updated_at"], lambda: queries.shares(tx, order["id"]))
    history.tell(tx, OrderStatusChanged, order, new, actor, note)


def _moved(order: Fields, new: Status, actor: Actor, note: str | None) -> dict[str, Any]:
    """The columns that a move changes."""
    moment = now()
    values: dict[str, Any] = {"status": new.value, "version": order["version"] + 1, "updated_at": moment}
    if new in STAMPS:
        values[STAMPS[new]] = moment
    if order["status"] == Status.PENDING and actor.is_admin and order["validated_at"] is None:
        values |= {"validated_at": moment, "validated_by": actor.id}
    if note:
        values["noted"] = order["noted"] + 1
    return values


def _details(tx: Connection, order_id: int) -> Details:
    found = queries.details_by_id(tx, order_id)
    assert found is not None, "an order is never deleted"
    return found
