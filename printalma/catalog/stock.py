"""What is left on the shelf: taken by an order, given back by one that is lost, counted anew by the team.

A product is counted as a whole, per size and colour, or not at all. Rows are locked in one order, so that two carts
never wait for each other: products by their ids, and a product's variants behind it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from printalma.catalog import queries
from printalma.catalog.models import Product, ProductVariant
from printalma.catalog.variants import Variant, matching
from printalma.db import Connection, Row, table
from printalma.lib.errors import Conflict
from printalma.lib.i18n import t

# A product, a size and a colour as a line of an order says them, and how many.
Wanted = tuple[int, str | None, str | None, int]

_products, _variants = table(Product), table(ProductVariant)
_IS_PRODUCT = _products.c.id == sa.bindparam("product"), sa.not_(_products.c.by_variant)
_TAKE = (
    sa.update(_products)
    .where(*_IS_PRODUCT, _products.c.stock >= sa.bindparam("quantity"))
    .values(stock=_products.c.stock - sa.bindparam("quantity"))
)
_GIVE_BACK = (
    sa.update(_products)
    .where(*_IS_PRODUCT, _products.c.stock.is_not(None))
    .values(stock=_products.c.stock + sa.bindparam("quantity"))
)
_LOCK = (
    sa.select(_products.c.id)
    .where(_products.c.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_products.c.id)
    .with_for_update()
)
_IS_VARIANT = (
    _variants.c.product_id == sa.bindparam("product"),
    _variants.c.size == sa.bindparam("of_size"),
    _variants.c.color == sa.bindparam("of_color"),
)
_ADD = sa.update(_variants).where(*_IS_VARIANT).values(stock=_variants.c.stock + sa.bindparam("more"))
_FORGET = sa.delete(_variants).where(_variants.c.product_id == sa.bindparam("product"))
_SUM = sa.select(sa.func.sum(_variants.c.stock)).where(_variants.c.product_id == sa.bindparam("product"))
_SUM_UP = sa.update(_products).where(_products.c.id == sa.bindparam("product")).values(stock=_SUM.scalar_subquery())


def lock(tx: Connection, product_ids: Iterable[int]) -> None:
    """Have other carts wait for these products, before several carts take from them in an order of their own."""
    tx.execute(_LOCK, {"ids": list(product_ids)})


def take(tx: Connection, wanted: Iterable[Wanted]) -> None:
    """Take what an order's lines want. Raises Conflict when there is not enough left of what is counted.

    Of a size or colour that is not counted nothing is taken: the order comes in, and whoever packs it looks.
    """
    correct(tx, (), wanted)


def give_back(tx: Connection, had: Iterable[Wanted]) -> None:
    """Put back what an order's lines had; what is not counted stays so."""
    correct(tx, had, ())


def correct(tx: Connection, had: Iterable[Wanted], wanted: Iterable[Wanted]) -> None:
    """Lines had this, and want that in its place: the difference is taken or given back. Raises Conflict."""
    changes: defaultdict[int, Counter[Variant]] = defaultdict(Counter)
    for lines, sign in ((had, 1), (wanted, -1)):
        for product_id, size, color, quantity in lines:
            changes[product_id][Variant(size or "", color or "")] += sign * quantity
    for product_id, by_variant in sorted(changes.items()):
        if any(by_variant.values()):
            _change(tx, product_id, by_variant)


def count_anew(tx: Connection, product_id: int, counts: Mapping[Variant, int]) -> None:
    """Have exactly these variants counted. The product's row is locked; that its stock is their sum is the caller's."""
    tx.execute(_FORGET, {"product": product_id})
    rows = [{"product_id": product_id, "size": v.size, "color": v.color, "stock": n} for v, n in counts.items()]
    if rows:
        tx.execute(sa.insert(_variants), rows)


def _change(tx: Connection, product_id: int, more: Mapping[Variant, int]) -> None:
    total = sum(more.values())
    values = {"product": product_id, "quantity": abs(total)}
    if tx.execute(_TAKE if total < 0 else _GIVE_BACK, values).rowcount:
        return
    product = queries.by_id_for_update(tx, product_id)
    if product is None or product.stock is None:
        return
    if product.by_variant:
        _change_variants(tx, product, more)
    elif total < 0:
        raise Conflict(t("orders.out_of_stock", name=product.name))


def _change_variants(tx: Connection, product: Row, more: Mapping[Variant, int]) -> None:
    counts = queries.variants(tx, product.id)
    changes: Counter[Variant] = Counter()
    for line, n in more.items():
        if (variant := matching(line, counts)) is not None:
            changes[variant] += n
    for variant, n in sorted(changes.items()):
        if counts[variant] + n < 0:
            raise Conflict(t("orders.out_of_stock", name=f"{product.name} ({variant.label})"))
        tx.execute(_ADD, {"product": product.id, "of_size": variant.size, "of_color": variant.color, "more": n})
    tx.execute(_SUM_UP, {"product": product.id})
