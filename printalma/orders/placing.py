"""Placing orders: what a cart becomes, and all that wait at one moment in one transaction (docs/contract.md,
"Idempotency")."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from printalma import daily
from printalma.catalog import stock
from printalma.config import settings
from printalma.db import Connection, savepoint, table, transactional, upsert
from printalma.delivery import service as delivery
from printalma.delivery.service import Quote
from printalma.events import log
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, Refused, Unprocessable
from printalma.lib.i18n import t
from printalma.orders import articles, counters, doubts, history, marks, queries, sent
from printalma.orders.articles import Accepted, Line
from printalma.orders.drafts import Cart, drawn_up
from printalma.orders.listing import search
from printalma.orders.models import DailyNumber, IdempotencyKey, Order, OrderItem, OrderText
from printalma.orders.queries import CustomerRow, Details
from printalma.pictures import service as pictures
from printalma.shop.service import hold_currency

KEYS_LAST = timedelta(hours=24)

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
class Placed:
    details: Details
    replayed: bool


def place(cart: Cart) -> Placed:
    """Save one order. Raises what `place_all` refuses it for."""
    [result] = place_all([cart])
    if isinstance(result, Refused):
        raise result
    return result


def place_within(tx: Connection, cart: Cart) -> Placed:
    """The same, within a transaction."""
    [result] = _place_all(tx, [cart])
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
    return _place_all(tx, carts)


def _place_all(tx: Connection, carts: Sequence[Cart]) -> list[Placed | Refused]:
    currency = hold_currency(tx)
    known = [articles.read(tx, cart.command.items, currency) for cart in carts]
    if len(carts) > 1:
        stock.lock(tx, {line.product.id for lines, _ in known for line in lines if line.product is not None})
    results = [_tried(tx, cart, *read) for cart, read in zip(carts, known, strict=True)]
    new = [
        (result.details, cart)
        for cart, result in zip(carts, results, strict=True)
        if isinstance(result, Placed) and not result.replayed
    ]
    counters.add(tx, [details for details, _cart in new])
    for details, cart in new:
        log.append(tx, history.order_placed(details.order, currency, cart.taken), cart.by.id if cart.by else None)
    return results


def number_of(day: str, serial: int) -> str:
    """The number of a day's order."""
    return f"CMD{day.replace('-', '')}{serial:03}"


def _tried(tx: Connection, cart: Cart, lines: Sequence[Line], accepted: Accepted) -> Placed | Refused:
    try:
        with savepoint(tx):
            return _placed(tx, cart, lines, accepted)
    except Refused as refused:
        return refused


def _placed(tx: Connection, cart: Cart, lines: Sequence[Line], accepted: Accepted) -> Placed:
    if (earlier := _claim(tx, cart)) is not None:
        return Placed(earlier, replayed=True)
    most = 0 if cart.taken else settings().shop_most_per_product
    stock.take(tx, _counted(lines, most))
    details = _insert(tx, cart, lines, accepted)
    if cart.key is not None:
        tx.execute(sa.update(_keys).where(_is_key_of(cart)).values(order_id=details.order.id))
    return Placed(details, replayed=False)


def _counted(lines: Iterable[Line], most: int) -> list[stock.Wanted]:
    """What is wanted of the products whose stock is counted. Raises Conflict for more than `most` of one: one guest
    once took the whole stock."""
    wanted: list[stock.Wanted] = []
    of_each: Counter[int] = Counter()
    for line in lines:
        item, product = line.item, line.product
        if product is not None and product.stock is not None:
            wanted.append((product.id, item.size, item.color, item.quantity))
            of_each[product.id] += item.quantity
            if 0 < most < of_each[product.id]:
                raise Conflict(t("orders.too_many", name=product.name, most=most))
    return wanted


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


def _insert(tx: Connection, cart: Cart, lines: Sequence[Line], accepted: Accepted) -> Details:
    """Save the order with its lines and number. From here to the commit the day's other orders wait."""
    draft = drawn_up(cart, lines, accepted, _quote(tx, cart), now())
    order = draft.order
    # The number's row is locked until the commit: ids, drawn behind it, follow the order of commits.
    serial: int = tx.execute(_NEXT_NUMBER, {"day": order.day, "last": 1}).scalar_one()
    found = [*draft.doubts, *doubts.of_doubles(tx, order)]
    order = order._replace(number=number_of(order.day, serial), marks=marks.names(found))
    order = order._replace(id=tx.execute(_INSERT_ORDER, queries.columns(order)).scalar_one())
    items = [item._replace(order_id=order.id) for item in draft.items]
    ids = [*tx.execute(_INSERT_ITEMS, [queries.columns(item) for item in items]).scalars()]
    items = [item._replace(id=item_id) for item, item_id in zip(items, ids, strict=True)]
    tx.execute(_INSERT_TEXT, {"order_id": order.id, "text": search.searchable(order, items)})
    pictures.attach(tx, order.id, cart.pictures)
    texts = {[0, *ids][n]: text for n, text in draft.texts.items()}
    sent.save(tx, order.id, texts)
    marks.add(tx, order.id, found, ids)
    return Details(order, items, CustomerRow.of(cart.actor) if cart.actor else None, texts)


def _quote(tx: Connection, cart: Cart) -> Quote:
    if cart.taken is not None:
        return cart.taken.delivery
    command = cart.command
    to, info = command.address, command.sent.get("deliveryInfo")
    return delivery.quote(tx, info, to.street, to.city, to.country, settings().shop_currency)


def forget_old_keys(tx: Connection) -> int:
    """A request with a key forgets old ones as well, but a shop may get none."""
    return daily.delete(tx, _keys, _keys.c.created_at < now() - KEYS_LAST)
