"""What is left on the shelf: taken by an order, given back by one that is lost, counted anew by the team.

A product is counted as a whole, per size and colour, or not at all. Rows are locked in one order, so that two carts
never wait for each other: products by their ids, and a product's variants behind it. (When an order's status gives back
or takes again: orders/shelving.py.)
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from printalma.catalog import queries
from printalma.catalog.models import Product, ProductVariant
from printalma.catalog.variants import Variant, matching
from printalma.config import settings
from printalma.db import Connection, table
from printalma.db.prepared import Prepared
from printalma.events.types import ProductRanLow
from printalma.lib.errors import Conflict
from printalma.lib.i18n import t

# A product, if it is one of ours, a size and a colour as a line of an order says them, and how many pieces.
Wanted = tuple[int | None, str | None, str | None, int]

_products, _variants = table(Product), table(ProductVariant)
_HELD = (
    sa.select(_products.c.id, _products.c.name, _products.c.stock, _products.c.by_variant)
    .where(_products.c.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_products.c.id)
    .with_for_update(key_share=True)  # who writes lines of a product need not wait
)
_IS_VARIANT = (
    _variants.c.product_id == sa.bindparam("product"),
    _variants.c.size == sa.bindparam("of_size"),
    _variants.c.color == sa.bindparam("of_color"),
)
_IS_PRODUCT = _products.c.id == sa.bindparam("product")
_LEAVE = Prepared(sa.update(_products).where(_IS_PRODUCT).values(stock=sa.bindparam("left")), unread=True)
_LEAVE_VARIANT = Prepared(sa.update(_variants).where(*_IS_VARIANT).values(stock=sa.bindparam("left")), unread=True)
_FORGET = sa.delete(_variants).where(_variants.c.product_id == sa.bindparam("product"))
_WHOLE = Variant("", "")  # of a product that is counted as a whole


class Shelf:
    """What is left of some products, whose rows nobody else changes before the end of the transaction. One order after
    the other takes from it and gives back; then it is written down."""

    def __init__(self, tx: Connection, product_ids: Iterable[int | None]) -> None:
        self._tx, ids = tx, sorted({each for each in product_ids if each is not None})
        rows = tx.execute(_HELD, {"ids": ids}).all() if ids else ()
        self._products = {row.id: row for row in rows if row.stock is not None}
        self._left = {row.id: {_WHOLE: row.stock} for row in self._products.values() if not row.by_variant}
        counted = [row.id for row in self._products.values() if row.by_variant]
        self._left |= queries.variants_of(tx, counted) if counted else {}
        self._before = dict(self._left)

    def correct(self, had: Iterable[Wanted], wanted: Sequence[Wanted]) -> list[bool]:
        """Lines had this, and want that in its place: of which lines it is taken. Raises Conflict when there is not
        enough left of what is counted: then nothing is.

        Of a size or colour that is not counted nothing is taken: the order comes in, and whoever packs it looks.
        """
        changes = sorted(_changes(had, wanted).items())
        self._left |= {n: self._changed(n, lines) for n, lines in changes if n in self._left}
        return [self._counted(each) is not None for each in wanted]

    def write(self) -> None:
        """Write down what is left."""
        changed = {n: left for n, left in sorted(self._left.items()) if left != self._before[n]}
        counted = [
            {"product": n, "of_size": variant.size, "of_color": variant.color, "left": pieces}
            for n, left in changed.items()
            for variant, pieces in left.items()
            if self._products[n].by_variant and pieces != self._before[n][variant]
        ]
        if counted:
            _LEAVE_VARIANT.write(self._tx, counted)
        if changed:
            _LEAVE.write(self._tx, [{"product": n, "left": sum(left.values())} for n, left in changed.items()])

    def ran_low(self, low: int) -> list[ProductRanLow]:
        """Of which products there is as little left as `low`, or nothing of a size or colour, of which was more."""
        found = []
        for n, left in sorted(self._left.items()):
            before, product = self._before[n], self._products[n]
            gone = [variant.label for variant, pieces in left.items() if not pieces and before[variant]]
            has_fallen = sum(left.values()) <= low < sum(before.values())
            if has_fallen or (product.by_variant and gone):
                told = gone if product.by_variant else []
                found.append(ProductRanLow(n, product.name, sum(left.values()), told))
        return found

    def _changed(self, product_id: int, lines: Mapping[Variant, int]) -> dict[Variant, int]:
        product, left = self._products[product_id], dict(self._left[product_id])
        changes: Counter[Variant] = Counter()
        for line, n in lines.items():
            variant = self._counted((product_id, line.size, line.color, n))
            if variant is not None:
                changes[variant] += n
        for variant, n in sorted(changes.items()):
            left[variant] += n
            if n < 0 and left[variant] < 0:
                name = f"{product.name} ({variant.label})" if product.by_variant else product.name
                raise Conflict(t("orders.out_of_stock", name=name))
        return left

    def _counted(self, wanted: Wanted) -> Variant | None:
        """As what its pieces are counted."""
        product_id, size, color, _pieces = wanted
        if product_id not in self._left:
            return None
        is_whole = not self._products[product_id].by_variant
        return _WHOLE if is_whole else matching(Variant(size or "", color or ""), self._left[product_id])


def correct(tx: Connection, had: Sequence[Wanted], wanted: Sequence[Wanted]) -> tuple[list[bool], list[ProductRanLow]]:
    """Lines had this, and want that in its place: the difference is taken or given back. Which of those that want it
    have it: what is not counted stays so. What there is too little of since is for the caller to tell, behind its own
    event. Raises Conflict."""
    shelf = Shelf(tx, (product_id for product_id, *_ in (*had, *wanted)))
    have = shelf.correct(had, wanted)
    shelf.write()
    return have, shelf.ran_low(settings().shop_low_stock)


def count_anew(tx: Connection, product_id: int, counts: Mapping[Variant, int]) -> None:
    """Have exactly these variants counted. The product's row is locked; that its stock is their sum is the caller's."""
    tx.execute(_FORGET, {"product": product_id})
    rows = [{"product_id": product_id, "size": v.size, "color": v.color, "stock": n} for v, n in counts.items()]
    if rows:
        tx.execute(sa.insert(_variants), rows)


def _changes(had: Iterable[Wanted], wanted: Iterable[Wanted]) -> dict[int, Counter[Variant]]:
    """What lines change of each product: more is given back than taken, or less."""
    changes: defaultdict[int, Counter[Variant]] = defaultdict(Counter)
    for lines, sign in ((had, 1), (wanted, -1)):
        for product_id, size, color, quantity in lines:
            if product_id is None:
                continue
            changes[product_id][Variant(size or "", color or "")] += sign * quantity
    return {product_id: lines for product_id, lines in changes.items() if any(lines.values())}
