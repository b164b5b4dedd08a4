"""Placing orders: what a cart becomes, and all that wait at one moment in one transaction (docs/contract.md,
"Idempotency")."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from printalma.catalog.stock import Shelf, Wanted
from printalma.config import settings
from printalma.db import Connection, Row, transactional
from printalma.db.together import Together
from printalma.delivery import service as delivery
from printalma.delivery.known import Known
from printalma.delivery.service import Quote
from printalma.events import log, telling
from printalma.events.types import Event, OrderPlaced, ProductRanLow
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, Refused
from printalma.lib.i18n import t
from printalma.orders import counters, history, queries
from printalma.orders.commands import Item
from printalma.orders.queries import Details
from printalma.placing import articles, just_placed, placed_here, saving
from printalma.placing.articles import Line
from printalma.placing.drafts import Cart, Draft, drawn_up
from printalma.placing.idempotency import Keys
from printalma.shop.service import hold_currency


@dataclass(frozen=True)
class Placed:
    details: Details
    replayed: bool


@dataclass(frozen=True)
class _Again:
    """A cart whose key has made an order: one that is saved, or one of those placed together."""

    made: int | Draft


def place(cart: Cart) -> Placed:
    """Save one order, together with those that wait, and let screens know first. Raises what it is
    refused for (`_place_all`)."""
    result = _door.do(cart)
    telling.let_screens()
    return _placed(result)


def place_within(tx: Connection, cart: Cart) -> Placed:
    """The same, within a transaction and alone."""
    [result] = _place_all(tx, [cart])
    return _placed(result)


@transactional
def place_all(tx: Connection, carts: Sequence[Cart]) -> list[Placed | Refused]:
    """The same of several at once, for tests: those that wait at one moment meet in `_door`."""
    return _place_all(tx, carts)


def _placed(result: Placed | Refused) -> Placed:
    if isinstance(result, Refused):
        raise result
    return result


def _place_all(tx: Connection, carts: Sequence[Cart]) -> list[Placed | Refused]:
    """Save orders with their stock, counters and events; what became of each, in the same order.

    A refused one leaves nothing behind and the others as they are. The same idempotency key and body again is the first
    order, and changes nothing. Conflict is for too little stock or too much of a product, Unprocessable for a key that
    was used with another body.

    Locks are taken in one order, so that two processes never wait for each other: keys, products by their ids, the
    day's number, the counters, the log.
    """
    currency = hold_currency(tx)
    shop = settings()
    keys = Keys(tx, carts)
    decided, ran_low = _decided(tx, carts, keys, currency)
    drafts = [each for each in decided if isinstance(each, Draft)]
    saved = dict(zip(drafts, saving.save(tx, drafts), strict=True)) if drafts else {}
    keys.settle({draft: details.order.id for draft, details in saved.items()})
    results = [_result(tx, each, saved) for each in decided]
    if saved:
        counters.add(tx, saved.values())
        placed_here.keep(tx, [details.order for details in saved.values()], shop)
        told: list[tuple[Event, int | None]] = [_told(draft, details, currency) for draft, details in saved.items()]
        told += [(event, None) for event in ran_low]
        log.append_all(tx, told, is_whole=True)
    return results


def _decided(
    tx: Connection, carts: Sequence[Cart], keys: Keys, currency: str
) -> tuple[list[Draft | _Again | Refused], list[ProductRanLow]]:
    """What becomes of carts, as they come, for who is first gets the last piece; and what they leave too little of."""
    lines, accepted = articles.read(tx, [cart.command.items for cart in carts], currency)
    quotes, moment = _quotes(tx, carts), now()
    shelf = Shelf(tx, {product.id for each in lines for product, _item in _counted(each)})
    decided: list[Draft | _Again | Refused] = []
    for cart, found, quote in zip(carts, lines, quotes, strict=True):
        try:
            if (made := keys.earlier(cart)) is not None:
                decided.append(_Again(made))
                continue
            draft = drawn_up(cart, found, accepted, quote, moment)
            draft.take(shelf.correct((), _wanted(found, 0 if cart.taken else settings().shop_most_per_product)))
            keys.use(cart, draft)
            decided.append(draft)
        except Refused as refused:
            decided.append(refused)
    shelf.write()
    return decided, shelf.ran_low(settings().shop_low_stock)


def _quotes(tx: Connection, carts: Sequence[Cart]) -> list[Quote]:
    """What the delivery of each costs."""
    rules = delivery.known(tx) if any(map(_asks_price, carts)) else None
    return [_quote(cart, rules) for cart in carts]


def _asks_price(cart: Cart) -> bool:
    return cart.taken is None and cart.command.sent.get("deliveryInfo") is not None


def _quote(cart: Cart, rules: Known | None) -> Quote:
    if rules is None or not _asks_price(cart):
        return cart.taken.delivery if cart.taken else Quote()
    to, info = cart.command.address, cart.command.sent["deliveryInfo"]
    return delivery.quoted(rules, info, to.street, to.city, to.country, settings().shop_currency)


def _counted(lines: Iterable[Line]) -> list[tuple[Row, Item]]:
    """The lines of products whose stock is counted."""
    return [(line.product, line.item) for line in lines if line.product is not None and line.product.stock is not None]


def _wanted(lines: Iterable[Line], most: int) -> list[Wanted]:
    """What lines want from the shelf. Raises Conflict for more than `most` of a product whose stock is counted: one
    guest once took all of it."""
    of_each: Counter[int] = Counter()
    for product, item in _counted(lines):
        of_each[product.id] += item.quantity
        if 0 < most < of_each[product.id]:
            raise Conflict(t("orders.too_many", name=product.name, most=most))
    return [(line.product and line.product.id, line.item.size, line.item.color, line.item.quantity) for line in lines]


def _result(tx: Connection, decided: Draft | _Again | Refused, saved: Mapping[Draft, Details]) -> Placed | Refused:
    if isinstance(decided, Refused):
        return decided
    made = decided.made if isinstance(decided, _Again) else decided
    details = saved[made] if isinstance(made, Draft) else queries.details_by_id(tx, made)
    assert details is not None, "an order is never deleted"
    return Placed(details, replayed=isinstance(decided, _Again))


def _told(draft: Draft, details: Details, currency: str) -> tuple[OrderPlaced, int | None]:
    by, taken = draft.cart.by, draft.cart.taken
    took = (taken.by.name, taken.channel.value) if taken else (None, None)
    event = history.order_placed(details.order, currency, *took)
    just_placed.keep(event, details.order)
    return event, by.id if by else None


_door = Together(_place_all, lambda cart: cart.size)
