"""Placing orders: what a cart becomes, and all that wait at one moment in one transaction (docs/contract.md,
"Idempotency")."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from printalma import daily
from printalma.accounts.actor import Actor
from printalma.catalog import queries as catalog
from printalma.catalog import stock
from printalma.config import settings
from printalma.db import Connection, Row, savepoint, table, transactional, upsert
from printalma.events import log
from printalma.lib.clock import now, shop_day
from printalma.lib.errors import Conflict, FieldError, NotFound, Refused, Unprocessable
from printalma.lib.i18n import t
from printalma.orders import counters, history, queries
from printalma.orders.commands import Item, PlaceOrder
from printalma.orders.listing import search
from printalma.orders.models import DailyNumber, IdempotencyKey, Order, OrderItem, OrderText, Status
from printalma.orders.queries import CustomerRow, Details, ItemRow, OrderRow
from printalma.pictures import service as pictures
from printalma.shop.service import hold_currency

KEYS_LAST = timedelta(hours=24)
MAX_SUMMARY = 200

_orders, _items = table(Order), table(OrderItem)
_keys, _numbers = table(IdempotencyKey), table(DailyNumber)
_INSERT_ORDER = sa.insert(_orders).returning(_orders.c.id)
_INSERT_ITEMS = sa.insert(_items).returning(_items.c.id, sort_by_parameter_order=True)
_INSERT_TEXT = sa.insert(table(OrderText))
_NEXT_NUMBER = (
    upsert(_numbers)
    .on_conflict_do_update(index_elements=[_numbers.c.day], set_={"last": _numbers.c.last + 1})
    .returning(_numbers.c.last)
)
_CLAIM = upsert(_keys).on_conflict_do_nothing()


@dataclass(frozen=True)
class Cart:
    """An order as somebody wants it. `actor` is None for a guest, `key` the request's idempotency key if it has one.
    `pictures` are hashes of those that came with it and are kept, `dropped` counts those that are not."""

    command: PlaceOrder
    actor: Actor | None
    key: str | None = None
    fingerprint: str = ""
    pictures: tuple[str, ...] = ()
    dropped: int = 0

    @property
    def caller(self) -> str:
        """Whose idempotency keys count. Guests are one caller."""
        return str(self.actor.id) if self.actor else "guest"


@dataclass(frozen=True)
class Placed:
    details: Details
    replayed: bool


def place(cart: Cart) -> Placed:
    """Save one order. Raises what `place_all` refuses it for."""
    [result] = place_all([cart])
    if isinstance(result, Refused):
        raise result
    return result


@transactional
def place_all(tx: Connection, carts: Sequence[Cart]) -> list[Placed | Refused]:
    """Save orders with their stock, counters and events in one transaction; what became of each, in the same order.

    A refused one leaves nothing behind and the others as they are. The same idempotency key and body again is the first
    order, and changes nothing. NotFound is for an unknown product, Conflict for too little stock or too much of a
    product, Unprocessable for a key that was used with another body.
    """
    currency = hold_currency(tx)
    if len(carts) > 1:
        stock.lock(tx, {item.productId for cart in carts for item in cart.command.orderItems})
    results = [_tried(tx, cart) for cart in carts]
    new = [
        (result.details, cart.actor)
        for cart, result in zip(carts, results, strict=True)
        if isinstance(result, Placed) and not result.replayed
    ]
    counters.add(tx, [details for details, _actor in new])
    for details, actor in new:
        log.append(tx, history.order_placed(details.order, currency), actor.id if actor else None)
    return results


def drawn_up(
    command: PlaceOrder, products: Mapping[int, Row], actor: Actor | None, moment: datetime
) -> tuple[OrderRow, list[ItemRow]]:
    """What a cart becomes, order and lines, but for the number and the ids, which the database gives."""
    items = [_item(item, products[item.productId]) for item in command.orderItems]
    return _order(command, items, actor, moment), items


def number_of(day: str, serial: int) -> str:
    """The number of a day's order."""
    return f"CMD{day.replace('-', '')}{serial:03}"


def _tried(tx: Connection, cart: Cart) -> Placed | Refused:
    try:
        with savepoint(tx):
            return _placed(tx, cart)
    except Refused as refused:
        return refused


def _placed(tx: Connection, cart: Cart) -> Placed:
    if (earlier := _claim(tx, cart)) is not None:
        return Placed(earlier, replayed=True)
    products = _products_of(tx, cart.command, settings().shop_most_per_product)
    counted = [item for item in cart.command.orderItems if products[item.productId].stock is not None]
    stock.take(tx, [(item.productId, item.size, item.color, item.quantity) for item in counted])
    details = _insert(tx, cart, products)
    if cart.key is not None:
        tx.execute(sa.update(_keys).where(_is_key_of(cart)).values(order_id=details.order.id))
    return Placed(details, replayed=False)


def _claim(tx: Connection, cart: Cart) -> Details | None:
    """Take the cart's key for it: None, or the order that the key already made. The loser of a race waits for the
    winner, and a key whose order is refused is free again."""
    if cart.key is None:
        return None
    moment = now()
    tx.execute(sa.delete(_keys).where(_keys.c.created_at < moment - KEYS_LAST))
    values = {"caller": cart.caller, "key": cart.key, "fingerprint": cart.fingerprint, "created_at": moment}
    if tx.execute(_CLAIM, values).rowcount == 1:
        return None
    known = tx.execute(sa.select(_keys).where(_is_key_of(cart))).one()
    if known.fingerprint != cart.fingerprint:
        raise Unprocessable(t("orders.key_reused"))
    details = queries.details_by_id(tx, known.order_id)
    assert details is not None, "an order is never deleted"
    return details


def _is_key_of(cart: Cart) -> sa.ColumnElement[bool]:
    return sa.and_(_keys.c.caller == cart.caller, _keys.c.key == cart.key)


def _products_of(tx: Connection, command: PlaceOrder, most: int) -> dict[int, Row]:
    """The products a cart names, by id. Raises NotFound with one FieldError per line whose product is not sold,
    Conflict for more than `most` of one: one guest once took the whole stock."""
    products = catalog.for_sale(tx, list({item.productId for item in command.orderItems}))
    unknown = [
        FieldError(f"orderItems.{n}.productId", t("orders.unknown_product", id=item.productId))
        for n, item in enumerate(command.orderItems)
        if item.productId not in products
    ]
    if unknown:
        raise NotFound(unknown[0].message, errors=unknown)
    for product_id, quantity in command.quantities().items():
        if 0 < most < quantity:
            raise Conflict(t("orders.too_many", name=products[product_id].name, most=most))
    return products


def _insert(tx: Connection, cart: Cart, products: Mapping[int, Row]) -> Details:
    """Save the order with its lines and number. From here to the commit the day's other orders wait."""
    order, items = drawn_up(cart.command, products, cart.actor, now())
    # The number's row is locked until the commit: ids, drawn behind it, follow the order of commits.
    serial: int = tx.execute(_NEXT_NUMBER, {"day": order.day, "last": 1}).scalar_one()
    order = order._replace(number=number_of(order.day, serial))
    order = order._replace(id=tx.execute(_INSERT_ORDER, queries.columns(order)).scalar_one())
    items = [item._replace(order_id=order.id) for item in items]
    ids = tx.execute(_INSERT_ITEMS, [queries.columns(item) for item in items]).scalars()
    items = [item._replace(id=item_id) for item, item_id in zip(items, ids, strict=True)]
    tx.execute(_INSERT_TEXT, {"order_id": order.id, "text": search.searchable(order, items)})
    pictures.attach(tx, order.id, cart.pictures)
    return Details(order, items, CustomerRow.of(cart.actor) if cart.actor else None)


def _item(item: Item, product: Row) -> ItemRow:
    return ItemRow(
        id=0,
        order_id=0,
        product_id=product.id,
        product_name=product.name,
        quantity=item.quantity,
        unit_price=product.price,
        total_price=product.price * item.quantity,
        size=item.size,
        color=item.color,
        color_id=item.colorId,
        product_description=product.description,
        product_price=product.price,
    )


def _order(command: PlaceOrder, items: Sequence[ItemRow], actor: Actor | None, moment: datetime) -> OrderRow:
    subtotal = sum(item.total_price for item in items)
    order = OrderRow(
        day=shop_day(moment, settings().shop_tz).isoformat(),
        user_id=actor.id if actor else None,
        status=Status.PENDING.value,
        version=1,
        subtotal=subtotal,
        total=subtotal,
        payment_method=command.paymentMethod,
        payment_status="PENDING",
        phone=command.phoneNumber,
        email=command.email or (actor.email if actor else None),
        notes=command.notes,
        summary=summary_of(items),
        lines=len(items),
        created_at=moment,
        updated_at=moment,
    )
    order = _addressed(order, command)
    return order._replace(customer=order.shipping_name or (actor.name if actor else "") or t("orders.guest"))


def _addressed(order: OrderRow, command: PlaceOrder) -> OrderRow:
    details = command.shippingDetails
    if details is None:
        return order._replace(shipping_street=command.shippingAddress or "")
    return order._replace(
        shipping_name=details.name,
        shipping_company=details.company,
        shipping_street=details.street,
        shipping_apartment=details.apartment,
        shipping_city=details.city,
        shipping_region=details.region,
        shipping_postal_code=details.postalCode,
        shipping_country=details.country,
    )


def summary_of(items: Iterable[ItemRow]) -> str:
    """An order's lines in a few words."""
    words = ", ".join(f"{item.quantity} × {item.product_name}" for item in items)
    return words if len(words) <= MAX_SUMMARY else words[: MAX_SUMMARY - 1] + "…"


def forget_old_keys(tx: Connection) -> int:
    """A request with a key forgets old ones as well, but a shop may get none."""
    return daily.delete(tx, _keys, _keys.c.created_at < now() - KEYS_LAST)
