"""What an order's page asks the team to look at: what is the matter, in words, and what may be done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from printalma.catalog import queries as catalog
from printalma.clearing.service import ACTS
from printalma.config import settings
from printalma.db import Connection, Row
from printalma.delivery import service as delivery
from printalma.lib import money
from printalma.lib.i18n import t
from printalma.lib.letters import cut
from printalma.orders import marks
from printalma.orders.marks import Mark
from printalma.orders.queries import Details, ItemRow

MAX_ASKED = 20  # at once: the others follow when these are settled
MAX_WORDS = 100  # characters of what a customer wrote

# What placing finds; of what a newer release finds, a general sentence is said.
_KNOWN = {
    Mark.ARTICLE: ("unknown", "quantity", "size", "color"),
    Mark.PRICE: ("below", "above", "unaccepted", "unreadable", "total"),
    Mark.ARTWORK: ("picture", "sticker", "design", "elements", "dropped", "lost"),
    Mark.RESOLUTION: ("dpi",),
    Mark.CONTACT: ("missing", "phone"),
}
_AMOUNTS = ("announced", "ours", "artwork", "sum", "upto")


@dataclass(frozen=True)
class Question:
    """A mark: `sentence` with its `values` says what is the matter. `acts` are what may be done, `options` what may be
    chosen."""

    id: int
    mark: Mark
    why: str
    sentence: str
    values: Mapping[str, object]
    facts: Mapping[str, Any]
    item: ItemRow | None
    acts: Sequence[str]
    options: Sequence[str]


def shown(connection: Connection, details: Details) -> dict[str, Any]:
    """What the block's template needs. An order that has ended is asked about no more."""
    rows = marks.still_open(connection, details.order.id) if details.order.marks else []
    products = {row.id: row for row in catalog.everything(connection)} if rows else {}
    first = next((row.id for row in rows if row.mark == Mark.CONTACT), 0)  # its form mends what the others miss, too
    found = [_question(row, details, products, row.id == first) for row in rows[:MAX_ASKED] if row.mark in ACTS]
    asks = {act for question in found for act in question.acts}
    return {
        "questions": found,
        "unasked": len(rows) - len(found),
        "known_products": products.values() if "product" in asks else (),
        "zones": delivery.choices(connection) if "zone" in asks else (),
    }


def _question(row: Row, details: Details, products: Mapping[int, Row], mends: bool) -> Question:
    mark, facts = Mark(row.mark), row.facts
    why = str(facts.get("why", ""))
    item = next((item for item in details.items if item.id == row.item_id), None)
    options = _options(why, item, products)
    return Question(
        row.id,
        mark,
        why,
        f"marks.why.{mark}.{why}" if why in _KNOWN.get(mark, ()) else f"marks.why.{mark}",
        _values(facts, details, item),
        facts,
        item,
        [act for act in ACTS[mark] if _makes_sense(act, why, facts, item, options) and (mends or act != "contact")],
        options,
    )


def _makes_sense(act: str, why: str, facts: Mapping[str, Any], item: ItemRow | None, options: Sequence[str]) -> bool:
    return {
        "accept": why != "unknown",
        "name": why == "unknown",
        "product": why == "unknown",
        "choose": why == "quantity" or bool(options),
        "always": bool(facts.get("upto") and facts.get("of")),
        "price": item is not None,
    }.get(act, True)


def _options(why: str, item: ItemRow | None, products: Mapping[int, Row]) -> Sequence[str]:
    product = products.get(item.product_id or 0) if item is not None else None
    if product is None or why not in ("size", "color"):
        return ()
    found: Sequence[str] = product.sizes if why == "size" else product.colors
    return found


def _values(facts: Mapping[str, Any], details: Details, item: ItemRow | None) -> dict[str, object]:
    """What sentences may name, as people read it."""
    order = details.order
    said = {name: _amount(facts.get(name)) for name in _AMOUNTS} | {
        "name": item.product_name if item else "",
        "price": _amount(item.unit_price if item else None),
        "quantity": item.quantity if item else "",
        "fee": _amount(order.shipping_amount),
        "announced_fee": _amount(order.announced_fee),
        "phone": order.phone or "–",
        "reference": facts.get("reference") or "–",
        "number": facts.get("number") or "–",
        "n": facts.get("count") or 1,
        "dpi": facts.get("dpi") or "–",
        "least": facts.get("least") or "–",
        "views": ", ".join(map(str, facts.get("views") or ())) or "–",
        "missing": ", ".join(_called(each) for each in facts.get("missing") or ()),
    }
    return {name: cut(str(value), MAX_WORDS) for name, value in said.items()}


def _amount(value: Any) -> str:
    """An amount in words; what was no amount as it came."""
    if isinstance(value, int):
        return money.shown(value, settings().shop_currency)
    return str(value) if value else "–"


def _called(field: Any) -> str:
    known = ("name", "phone", "street", "city", "country")
    return t(f"marks.contact.{field}") if field in known else str(field)
