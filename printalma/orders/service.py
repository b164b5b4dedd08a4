"""What happens to orders: each verb is one transaction that ends with its event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.catalog import queries as catalog
from printalma.catalog import service as stock
from printalma.db import Connection, Row, table, transaction
from printalma.events import log
from printalma.events.types import OrderPlaced, OrderStatusChanged
from printalma.lib.clock import iso, now, shop_day
from printalma.lib.errors import Conflict, FieldError, NotFound, Unprocessable
from printalma.lib.text import t
from printalma.orders import queries
from printalma.orders.commands import ChangeStatus, PlaceOrder
from printalma.orders.models import IdempotencyKey, Order, OrderItem, Status
from printalma.orders.queries import Details, Fields
from printalma.stats import service as stats

KEYS_LAST = timedelta(hours=24)
GUEST = "guest"

_orders = table(Order)
_keys = table(IdempotencyKey)
_INSERT_ORDER = sa.insert(_orders).returning(_orders.c.id)
_INSERT_ITEMS = sa.insert(table(OrderItem)).returning(table(OrderItem).c.id, sort_by_parameter_order=True)
_NEXT_NUMBER = sa.text(
    "INSERT INTO daily_numbers (day, last) VALUES (:day, 1) "
    "ON CONFLICT (day) DO UPDATE SET last = daily_numbers.last + 1 RETURNING last"
)
_CLAIM_KEY = sa.text(
    "INSERT INTO idempotency_keys (caller, key, fingerprint, created_at) "
    "VALUES (:caller, :key, :fingerprint, :created_at) ON CONFLICT (caller, key) DO NOTHING"
).bindparams(sa.bindparam("created_at", type_=_keys.c.created_at.type))
_STAMPS = {
    Status.CONFIRMED: "confirmed_at",
    Status.SHIPPED: "shipped_at",
    Status.DELIVERED: "delivered_at",
    Status.CANCELLED: "cancelled_at",
}


@dataclass(frozen=True)
class Shop:
    """What an order takes from the shop's settings."""

    currency: str
    zone: ZoneInfo


@dataclass(frozen=True)
class Idempotency:
    """The key of a request and the fingerprint of its body."""

    key: str
    fingerprint: str


@dataclass(frozen=True)
class Placed:
    details: Details
    replayed: bool


def place(command: PlaceOrder, actor: Actor | None, shop: Shop, idempotency: Idempotency | None = None) -> Placed:
    """Save an order with its stock, counters and event in one transaction.

    The same idempotency key and body again returns the first order and changes nothing. Raises NotFound for an
    unknown product, Conflict for too little stock, Unprocessable for a key that was used with another body.
    """

    def work(tx: Connection) -> Placed:
        if idempotency is not None:
            earlier = _claim(tx, idempotency, actor)
            if earlier is not None:
                return Placed(earlier, replayed=True)
        products = _products(tx, command)
        counted = {i: n for i, n in command.quantities().items() if products[i].stock is not None}
        stock.take_stock(tx, counted)
        details = _insert(tx, command, products, actor, shop)
        if idempotency is not None:
            mine = sa.and_(_keys.c.caller == _caller(actor), _keys.c.key == idempotency.key)
            tx.execute(sa.update(_keys).where(mine).values(order_id=details.order["id"]))
        stats.count_placed(tx, details.order["day"], Status.PENDING, details.order["total"])
        log.append(tx, _placed(details, shop), actor.id if actor else None)
        return Placed(details, replayed=False)

    return transaction(work)


def change_status(order_id: int, command: ChangeStatus, actor: Actor) -> Details:
    """Move an order as an admin. The status it already has changes nothing.

    Raises NotFound; Conflict for a forbidden transition or when somebody moved it since `command.version`.
    """

    def work(tx: Connection) -> Details:
        order = queries.by_id_for_update(tx, order_id)
        if order is None:
            raise NotFound(t("orders.unknown"))
        _check_move(tx, order, command)
        if order["status"] != command.status:
            _move(tx, order, command.status, actor, command.notes)
        return _details(tx, order_id)

    return transaction(work)


def cancel(order_id: int, actor: Actor) -> Details:
    """Cancel one's own order while nobody has begun it. Raises NotFound, also for somebody else's; Conflict."""

    def work(tx: Connection) -> Details:
        order = queries.by_id_for_update(tx, order_id)
        if order is None or order["user_id"] != actor.id:
            raise NotFound(t("orders.unknown"))
        if order["status"] != Status.PENDING:
            raise Conflict(t("orders.too_late", status=t(f"statuses.{order['status']}")))
        _move(tx, order, Status.CANCELLED, actor, None)
        return _details(tx, order_id)

    return transaction(work)


def _claim(tx: Connection, idempotency: Idempotency, actor: Actor | None) -> Details | None:
    """Take the key for this request, or return the order it already made. The loser of a race waits for the winner."""
    moment = now()
    tx.execute(sa.delete(_keys).where(_keys.c.created_at < moment - KEYS_LAST))
    claim = {"caller": _caller(actor), "created_at": moment} | idempotency.__dict__
    if tx.execute(_CLAIM_KEY, claim).rowcount == 1:
        return None
    mine = sa.and_(_keys.c.caller == _caller(actor), _keys.c.key == idempotency.key)
    known = tx.execute(sa.select(_keys).where(mine)).one()
    if known.fingerprint != idempotency.fingerprint:
        raise Unprocessable(t("orders.key_reused"))
    return _details(tx, known.order_id)


def _caller(actor: Actor | None) -> str:
    return str(actor.id) if actor else GUEST


def _products(tx: Connection, command: PlaceOrder) -> dict[int, Row]:
    products = catalog.for_sale(tx, list({item.productId for item in command.orderItems}))
    unknown = [
        FieldError(f"orderItems.{n}.productId", t("orders.unknown_product", id=item.productId))
        for n, item in enumerate(command.orderItems)
        if item.productId not in products
    ]
    if unknown:
        raise NotFound(unknown[0].message, errors=unknown)
    return products


def _insert(
    tx: Connection, command: PlaceOrder, products: Mapping[int, Row], actor: Actor | None, shop: Shop
) -> Details:
    moment = now()
    items = [_item(item, products[item.productId]) for item in command.orderItems]
    order = _order(command, items, actor, moment)
    order["day"] = shop_day(moment, shop.zone).isoformat()
    # From here to the commit the day's other orders wait, which also makes ids follow the order of commits.
    serial: int = tx.execute(_NEXT_NUMBER, {"day": order["day"]}).scalar_one()
    order["number"] = f"CMD{order['day'].replace('-', '')}{serial:03}"
    order["id"] = tx.execute(_INSERT_ORDER, order).scalar_one()
    rows = [{name: value for name, value in item.items() if name in _ITEM_COLUMNS} for item in items]
    ids = tx.execute(_INSERT_ITEMS, [row | {"order_id": order["id"]} for row in rows]).scalars()
    items = [item | {"id": item_id} for item, item_id in zip(items, ids, strict=True)]
    return Details(order, items, _customer(actor))


_ITEM_COLUMNS = frozenset(table(OrderItem).c.keys()) - {"id"}


def _item(item: Any, product: Row) -> dict[str, Any]:
    return {
        "product_id": product.id,
        "product_name": product.name,
        "product_description": product.description,
        "product_price": product.price,
        "quantity": item.quantity,
        "unit_price": product.price,
        "total_price": product.price * item.quantity,
        "size": item.size,
        "color": item.color,
        "color_id": item.colorId,
    }


def _order(command: PlaceOrder, items: list[dict[str, Any]], actor: Actor | None, moment: datetime) -> dict[str, Any]:
    subtotal = sum(item["total_price"] for item in items)
    order: dict[str, Any] = dict.fromkeys(set(_orders.c.keys()) - {"id"})
    order |= {
        "user_id": actor.id if actor else None,
        "status": Status.PENDING.value,
        "version": 1,
        "subtotal": subtotal,
        "shipping_amount": 0,
        "total": subtotal,
        "payment_method": command.paymentMethod,
        "payment_status": "PENDING",
        "phone": command.phoneNumber,
        "email": command.email or (actor.email if actor else None),
        "notes": command.notes,
        "summary": _summary(items),
        "lines": len(items),
        "created_at": moment,
        "updated_at": moment,
    }
    order |= _shipping(command)
    order["customer"] = order["shipping_name"] or (actor.name if actor else "") or t("orders.guest")
    return order


def _shipping(command: PlaceOrder) -> dict[str, Any]:
    details = command.shippingDetails
    if details is None:
        return {"shipping_name": "", "shipping_street": command.shippingAddress}
    return {
        "shipping_name": details.name,
        "shipping_company": details.company,
        "shipping_street": details.street,
        "shipping_apartment": details.apartment,
        "shipping_city": details.city,
        "shipping_region": details.region,
        "shipping_postal_code": details.postalCode,
        "shipping_country": details.country,
    }


def _summary(items: list[dict[str, Any]]) -> str:
    told = ", ".join(f"{item['quantity']} × {item['product_name']}" for item in items)
    return told if len(told) <= 200 else told[:199] + "…"


def _customer(actor: Actor | None) -> Fields | None:
    if actor is None:
        return None
    return {
        "id": actor.id,
        "first_name": actor.first_name,
        "last_name": actor.last_name,
        "email": actor.email,
        "role": actor.role,
    }


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


def _check_move(tx: Connection, order: Fields, command: ChangeStatus) -> None:
    status = Status(order["status"])
    if command.version is not None and command.version != order["version"]:
        raise Conflict(_who_moved(tx, order))
    if command.status != status and command.status not in status.next:
        sentence = "orders.forbidden_move" if status.next else "orders.final"
        raise Conflict(t(sentence, now=t(f"statuses.{status}"), wanted=t(f"statuses.{command.status}")))


def _who_moved(tx: Connection, order: Fields) -> str:
    """Who changed what: "Confirmée par Awa Diop il y a 12 s"."""
    last = log.of_order(tx, order["id"])[-1]
    who = last.event.changed_by if isinstance(last.event, OrderStatusChanged) else order["customer"]
    seconds = max(0, round((now() - last.at).total_seconds()))
    return t("orders.moved_meanwhile", status=t(f"statuses.{order['status']}"), who=who, ago=t_ago(seconds))


def t_ago(seconds: int) -> str:
    """How long ago, in the largest unit that fits."""
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= length:
            return t(f"ago.{unit}", n=seconds // length)
    return t("ago.seconds", n=seconds)


def _move(tx: Connection, order: Fields, new: Status, actor: Actor, note: str | None) -> None:
    moment = now()
    values: dict[str, Any] = {"status": new.value, "version": order["version"] + 1, "updated_at": moment}
    if new in _STAMPS:
        values[_STAMPS[new]] = moment
    if order["status"] == Status.PENDING and actor.is_admin and order["validated_at"] is None:
        values |= {"validated_at": moment, "validated_by": actor.id}
    believed = sa.update(_orders).where(_orders.c.id == order["id"], _orders.c.version == order["version"])
    moved = tx.execute(believed.values(values)).rowcount
    assert moved == 1, "the row is locked, so its version cannot have changed"
    if new.gives_back:
        stock.give_back_stock(tx, queries.quantities(tx, order["id"]))
    stats.count_moved(tx, order["day"], order["status"], new.value, order["total"])
    changed = OrderStatusChanged(
        order_id=order["id"],
        number=order["number"],
        previous=order["status"],
        new=new.value,
        customer_id=order["user_id"],
        customer_email=order["email"],
        changed_by=actor.name,
        note=note,
    )
    log.append(tx, changed, actor.id)


def _details(tx: Connection, order_id: int) -> Details:
    found = queries.details_by_id(tx, order_id)
    assert found is not None, "an order is never deleted"
    return found
