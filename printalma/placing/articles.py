"""What the lines of a cart are of, and what one of each costs (docs/contract.md, "Orders", "Marks").

Front ends have three number spaces for one field: a product of ours, a vendor's product, a sticker. What is none of our
catalogue's is an article with a reference, until somebody says what it is. A customer pays what the front end said, if
that is more than our price; never less.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from printalma.artwork import alike
from printalma.artwork.line import cost, doubt, elements, is_customised
from printalma.artwork.print_size import Scale
from printalma.catalog import queries as catalog
from printalma.db import Connection, Row
from printalma.lib.i18n import t
from printalma.lib.lenient import as_line, as_minor, as_whole
from printalma.lib.letters import plain
from printalma.orders.commands import MAX_ID, Item
from printalma.orders.marks import Doubt, Mark
from printalma.orders.queries import ItemRow
from printalma.orders.sent import STICKERS_WORD
from printalma.print_checks import prints

MAX_REFERENCE, MAX_SIZE = 120, 100  # characters under which something is known
MAX_PRICE = 10**9  # minor units of one: what is beyond was not meant
MAX_MEASURED = 500  # elements of an order whose dots are counted while all others wait
MAX_SUM = 10**11  # and of an order: of ninety million such counters hold the sum
STICKERS_COLOR = "N/A"  # a front end's colour of what has none


@dataclass(frozen=True, slots=True)
class Called:
    """What a front end calls an article: by a number that is our product's unless there is none, or in its own way."""

    product_id: int | None
    reference: str | None
    is_sticker: bool = False

    @classmethod
    def by(cls, item: Item) -> "Called":
        sent, number = item.sent, as_line(item.sent.get("productId"))
        if vendors := as_line(sent.get("vendorProductId") or None):
            return cls(None, _reference("vendor", vendors))
        if sticker := as_line(sent.get("stickerId") or None):
            return cls(None, _reference("sticker", sticker), is_sticker=True)
        if item.color == STICKERS_COLOR and not is_customised(sent):
            return cls(None, _reference("sticker", number), is_sticker=True)
        product_id = as_whole(sent.get("productId"), MAX_ID)
        if product_id is not None and product_id > 0:
            return cls(product_id, _reference("product", str(product_id)))
        return cls(None, _reference("word", number or item.text), is_sticker=(number or "").startswith(STICKERS_WORD))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a cart with what it is of: its product if it is one of ours that is sold, or the `name` that somebody
    has given its reference. `bare` is the announced price without the shop's designs that are in it."""

    item: Item
    called: Called
    product: Row | None
    name: str | None
    announced: int | None
    bare: int

    @property
    def by_number(self) -> bool:
        """Whether it is of the product that its number names."""
        return self.product is not None and self.product.id == self.called.product_id

    @property
    def of(self) -> str | None:
        """Under which name prices of it are accepted."""
        return f"product:{self.called.product_id}" if self.by_number else self.called.reference

    @property
    def accepted_as(self) -> tuple[str | None, str]:
        return self.of, (self.item.size or "")[:MAX_SIZE]

    @property
    def scale(self) -> Scale:
        return Scale(self.item.size or "", self.product.print_width if self.product is not None else None)

    @property
    def asks(self) -> bool:
        """Whether its price is all right only if somebody has accepted it."""
        return self.product is None or self.bare > self.product.price


Accepted = Mapping[tuple[str, str], int]
Found = list[tuple[Mark, dict[str, Any]]]


def read(connection: Connection, carts: Sequence[Sequence[Item]], currency: str) -> tuple[list[list[Line]], Accepted]:
    """The lines of each cart with what they are of, and which prices are accepted. Of plain carts only their products
    are read."""
    called = [[Called.by(item) for item in items] for items in carts]
    names = list(chain.from_iterable(called))
    products = catalog.for_sale(connection, list({each.product_id for each in names if each.product_id}))
    unknown = {each.reference for each in names if each.reference and each.product_id not in products}
    references = catalog.references(connection, unknown)
    if mapped := {row.product_id for row in references.values() if row.product_id}:
        products = products | catalog.for_sale(connection, list(mapped))
    found = [lines(items, of, products, references, currency) for items, of in zip(carts, called, strict=True)]
    asked = {line.of for line in chain.from_iterable(found) if line.of and line.asks}
    return found, catalog.accepted_prices(connection, asked)


def lines(
    items: Iterable[Item],
    called: Iterable[Called],
    products: Mapping[int, Row],
    references: Mapping[str, Row],
    currency: str,
) -> list[Line]:
    found = []
    for item, name in zip(items, called, strict=True):
        product, row = products.get(name.product_id or 0), references.get(name.reference or "")
        if product is None and row is not None:
            product = products.get(row.product_id or 0)
        announced = as_minor(item.sent.get("unitPrice"), currency, MAX_PRICE)
        bare = max(0, announced - cost(item.sent, currency, MAX_PRICE)) if announced else 0
        found.append(Line(item, name, product, row.name if row is not None else None, announced, bare))
    return found


def as_meant(lines: Sequence[Line]) -> list[Line]:
    """The lines of a cart without announced prices at which all its pieces would cost more than an order may."""
    most = MAX_SUM // sum(line.item.quantity for line in lines)
    return [line if (line.announced or 0) <= most else replace(line, announced=None, bare=0) for line in lines]


def saved(line: Line, is_agreed: bool = False) -> ItemRow:
    """The line as it is saved; at the announced price, if that is agreed."""
    item, product = line.item, line.product
    ours = product.price if product is not None else 0
    unit_price = line.announced if is_agreed and line.announced is not None else max(ours, line.announced or 0)
    return ItemRow(
        id=0,
        order_id=0,
        product_id=product.id if product is not None else None,
        product_name=product.name if product is not None else line.name or _name(line),
        quantity=item.quantity,
        unit_price=unit_price,
        total_price=unit_price * item.quantity,
        size=item.size,
        color=item.color,
        color_id=item.color_id,
        reference=None if line.by_number else line.called.reference,
        announced_price=line.announced,
        artwork_key=_artwork_key(line),
        product_description=product.description if product is not None else None,
        product_price=product.price if product is not None else None,
    )


def _artwork_key(line: Line) -> str:
    if line.item.is_plain and not line.called.is_sticker:
        return alike.NONE
    return alike.artwork_key(line.item.sent, line.called.is_sticker, secrets.token_hex(8))


def is_too_much(lines: Iterable[Line]) -> bool:
    """Whether so much is drawn on these lines that their dots are counted later (print_checks.judging)."""
    drawn = (line for line in lines if not line.item.is_plain and prints.is_asked(line.item.sent, line.scale))
    return sum(elements(line.item.sent) for line in drawn) > MAX_MEASURED


def doubts(lines: Iterable[Line], accepted: Accepted, is_agreed: bool, measures: bool) -> list[Doubt]:
    """What the team has to look at of these lines: of those that it agreed on itself only whether there is something to
    print. `measures`: with whether pictures have dots enough."""
    return [
        Doubt(mark, n, facts)
        for n, line in enumerate(lines)
        for mark, facts in (
            *(() if is_agreed else (*_of_article(line), *_of_price(line, accepted))),
            *_of_artwork(line, measures),
        )
    ]


def _of_article(line: Line) -> Found:
    item, product, found = line.item, line.product, []
    if product is None and line.name is None:
        found.append((Mark.ARTICLE, {"why": "unknown", "reference": line.called.reference}))
    if not item.quantity_is_clear:
        found.append((Mark.ARTICLE, {"why": "quantity", "announced": _brief(item.sent.get("quantity"))}))
    if product is not None:
        for why, asked, offered in (("size", item.size, product.sizes), ("color", item.color, product.colors)):
            if asked and offered and asked not in offered and plain(asked) not in map(plain, offered):
                found.append((Mark.ARTICLE, {"why": why, "announced": _brief(asked)}))
    return found


def _of_price(line: Line, accepted: Accepted) -> Found:
    said, product, announced = line.item.sent.get("unitPrice"), line.product, line.announced
    ours = product.price if product is not None else None
    if announced is None and said not in (None, ""):
        return [(Mark.PRICE, {"why": "unreadable", "announced": _brief(said), "ours": ours})]
    if ours is not None and announced is not None and announced < ours:
        return [(Mark.PRICE, {"why": "below", "announced": announced, "ours": ours})]
    of, size = line.accepted_as
    if not line.asks or line.bare <= accepted.get((of or "", size), -1):
        return []
    facts = {"why": "above" if product is not None else "unaccepted", "announced": announced, "ours": ours}
    artwork_costs = (announced or 0) - line.bare
    return [(Mark.PRICE, facts | {"artwork": artwork_costs, "of": of, "size": size, "upto": line.bare})]


def _of_artwork(line: Line, measures: bool) -> Found:
    if line.item.is_plain and not line.called.is_sticker:
        return []
    missing = doubt(line.item.sent, line.called.is_sticker)
    coarse = prints.doubt(line.item.sent, line.called.is_sticker, line.scale) if measures else None
    return [(mark, facts) for mark, facts in ((Mark.ARTWORK, missing), (Mark.RESOLUTION, coarse)) if facts]


def _name(line: Line) -> str:
    if line.item.text:
        return line.item.text
    reference = line.called.reference
    return t("orders.article", id=reference.partition(":")[2]) if reference else t("orders.some_article")


def _reference(kind: str, name: str | None) -> str | None:
    return f"{kind}:{name}"[:MAX_REFERENCE] if name else None


def _brief(value: Any) -> str | None:
    return (as_line(value) or "")[:100] or None
