"""Reading products."""

from collections.abc import Sequence

import sqlalchemy as sa

from printalma.catalog.models import Product, ProductVariant
from printalma.catalog.variants import Variant
from printalma.db import Connection, Row, table
from printalma.lib.letters import alphabetical

_products, _variants = table(Product), table(ProductVariant)
_ONE_FOR_SALE = sa.select(_products).where(_products.c.id == sa.bindparam("id"), _products.c.active)
_FOR_SALE = sa.select(_products).where(_products.c.id.in_(sa.bindparam("ids", expanding=True)), _products.c.active)


def for_sale(connection: Connection, ids: Sequence[int]) -> dict[int, Row]:
    """The active products among `ids`, by id. Most carts hold one, which the database finds faster by itself."""
    if len(ids) == 1:
        return {row.id: row for row in connection.execute(_ONE_FOR_SALE, {"id": ids[0]})}
    return {row.id: row for row in connection.execute(_FOR_SALE, {"ids": ids})}


def everything(connection: Connection) -> Sequence[Row]:
    """All products, active ones first, by name."""
    found = connection.execute(sa.select(_products).order_by(_products.c.id)).all()
    return sorted(found, key=lambda product: (not product.active, alphabetical(product.name)))


def by_id(connection: Connection, product_id: int) -> Row | None:
    return connection.execute(sa.select(_products).where(_products.c.id == product_id)).one_or_none()


def by_id_for_update(connection: Connection, product_id: int) -> Row | None:
    """The product, locked until the end of the transaction."""
    chosen = sa.select(_products).where(_products.c.id == product_id).with_for_update()
    return connection.execute(chosen).one_or_none()


def variants(connection: Connection, product_id: int) -> dict[Variant, int]:
    """How many are left of each variant that is counted."""
    chosen = sa.select(_variants).where(_variants.c.product_id == product_id)
    rows = connection.execute(chosen.order_by(_variants.c.size, _variants.c.color)).all()
    return {Variant(row.size, row.color): row.stock for row in rows}


def sold_out(connection: Connection) -> dict[int, list[Variant]]:
    """The variants of which nothing is left, by product."""
    found: dict[int, list[Variant]] = {}
    chosen = sa.select(_variants).where(_variants.c.stock == 0).order_by(_variants.c.size, _variants.c.color)
    for row in connection.execute(chosen):
        found.setdefault(row.product_id, []).append(Variant(row.size, row.color))
    return found


def is_empty(connection: Connection) -> bool:
    return connection.execute(sa.select(_products.c.id).limit(1)).first() is None
