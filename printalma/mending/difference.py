"""What a mended order says that it did not: for its history, and for whom it is told to."""

from collections.abc import Iterator, Mapping

from printalma.config import settings
from printalma.lib import money
from printalma.lib.i18n import t
from printalma.lib.letters import cut
from printalma.mending.form import COLUMNS
from printalma.orders.queries import Details, ItemRow, OrderRow

MAX_WORDS = 200  # characters: a customer may have sent thousands

Change = dict[str, str | None]

_OF_ORDER = COLUMNS | {"place": "delivery_place"}


def changes(before: Details, after: Details) -> list[Change]:
    """What is different, in words."""
    return [*_of_order(before.order, after.order), *_of_lines(before, after)]


def sentence(change: Mapping[str, str | None]) -> str:
    """A change as the history has it: "Adresse : rue 1 → rue 2"."""
    what, of = change.get("what") or "", cut(change.get("of"), MAX_WORDS)
    if what in ("added", "removed"):
        return t(f"mending.told.{what}", of=of, how=change.get("after") or change.get("before") or "")
    before, after = change.get("before") or "–", change.get("after") or "–"
    named = t(f"mending.fields.{what}") if what in _KNOWN else what
    if of:
        return t("mending.told.line", of=of, what=named.lower(), before=before, after=after)
    return t("mending.told.order", what=named, before=before, after=after)


_KNOWN = (*_OF_ORDER, "fee", "size", "color", "quantity", "price")


def _of_order(before: OrderRow, after: OrderRow) -> Iterator[Change]:
    for what, column in _OF_ORDER.items():
        was, now = getattr(before, column), getattr(after, column)
        if (was or None) != (now or None):
            yield _change(what, was, now)
    if before.shipping_amount != after.shipping_amount:
        yield _change("fee", _shown(before.shipping_amount), _shown(after.shipping_amount))


def _of_lines(before: Details, after: Details) -> Iterator[Change]:
    present = {item.id: item for item in after.items}
    for item in before.items:
        if item.id not in present:
            yield _change("removed", _how_many(item), None, item)
            continue
        now = present[item.id]
        for what in ("size", "color", "quantity"):
            was, new = (getattr(each, what) for each in (item, now))
            if was != new:
                yield _change(what, None if was is None else str(was), None if new is None else str(new), item)
        if item.unit_price != now.unit_price:
            yield _change("price", _shown(item.unit_price), _shown(now.unit_price), item)
    for item in after.items:
        if not item.id:
            yield _change("added", None, _how_many(item), item)


def _change(what: str, before: str | None, after: str | None, of: ItemRow | None = None) -> Change:
    words = {"before": before and cut(before, MAX_WORDS), "after": after and cut(after, MAX_WORDS)}
    return {"what": what, "of": _named(of) if of else None, **words}


def _named(item: ItemRow) -> str:
    options = " · ".join(option for option in (item.size, item.color) if option)
    name = cut(item.product_name, MAX_WORDS)
    return f"{name} ({cut(options, MAX_WORDS)})" if options else name


def _how_many(item: ItemRow) -> str:
    return f"{item.quantity} × {_shown(item.unit_price)}"


def _shown(amount: int) -> str:
    return money.shown(amount, settings().shop_currency)
