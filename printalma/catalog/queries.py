"""Reading products."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from printalma.catalog.models import AcceptedPrice, Product, ProductPicture, ProductVariant, Reference
from printalma.catalog.variants import Variant
from printalma.db import Connection, Row, table
from printalma.db.prepared import Prepared
from printalma.lib.errors import Invalid
from printalma.lib.i18n import t
from printalma.lib.letters import alphabetical, plain

_products, _variants = table(Product), table(ProductVariant)
_references, _accepted, _pictures = table(Reference), table(AcceptedPrice), table(ProductPicture)
_FOR_SALE = Prepared(
    sa.select(_products).where(_products.c.id.in_(sa.bindparam("ids", expanding=True)), _products.c.active), ["ids"]
)

_REFERENCES = sa.select(_references).where(_references.c.reference.in_(sa.bindparam("names", expanding=True)))
_ACCEPTED = sa.select(_accepted).where(_accepted.c.of.in_(sa.bindparam("names", expanding=True)))


def for_sale(connection: Connection, ids: Sequence[int]) -> dict[int, Row]:
    """The active products among `ids`, by id."""
    return {row.id: row for row in _FOR_SALE.all(connection, {"ids": ids})} if ids else {}


def references(connection: Connection, names: Iterable[str]) -> dict[str, Row]:
    """What of `names` stands for something, by its name."""
    wanted = list(names)
    return {row.reference: row for row in connection.execute(_REFERENCES, {"names": wanted})} if wanted else {}


def accepted_prices(connection: Connection, of: Iterable[str]) -> dict[tuple[str, str], int]:
    """Up to which amount prices of products and references are accepted, by these and the size."""
    wanted = list(of)
    found = connection.execute(_ACCEPTED, {"names": wanted}) if wanted else ()
    return {(row.of, row.size): row.amount for row in found}


def everything(connection: Connection) -> Sequence[Row]:
    """All products, active ones first, by name."""
    found = connection.execute(sa.select(_products).order_by(_products.c.id)).all()
    return sorted(found, key=lambda product: (not product.active, alphabetical(product.name)))


def named(connection: Connection, typed: str) -> Row | None:
    """The product that was typed: "T-shirt Baobab (12)", as it is offered, or a name that a product has; None for what
    is none's. Raises Invalid for a number that none has, and for a name that several have."""
    number = re.search(r"\((\d{1,15})\)$", typed)
    if number:
        found = [row] if (row := by_id(connection, int(number[1]))) else []
    else:
        found = [row for row in everything(connection) if typed and plain(row.name) == plain(typed)]
    if len(found) > 1 or (number and not found):
        raise Invalid(t("marks.needs.product"))
    return next(iter(found), None)


def offered_as(product: Row) -> str:
    """What is to be typed for a product."""
    return f"{product.name} ({product.id})"


def by_id(connection: Connection, product_id: int) -> Row | None:
    return connection.execute(sa.select(_products).where(_products.c.id == product_id)).one_or_none()


def by_id_for_update(connection: Connection, product_id: int) -> Row | None:
    """The product, locked until the end of the transaction."""
    chosen = sa.select(_products).where(_products.c.id == product_id).with_for_update()
    return connection.execute(chosen).one_or_none()


def variants(connection: Connection, product_id: int) -> dict[Variant, int]:
    """How many are left of each variant that is counted."""
    return variants_of(connection, [product_id])[product_id]


def variants_of(connection: Connection, product_ids: Collection[int]) -> dict[int, dict[Variant, int]]:
    """The same of several products."""
    found: dict[int, dict[Variant, int]] = {product_id: {} for product_id in product_ids}
    chosen = sa.select(_variants).where(_variants.c.product_id.in_(product_ids))
    for row in connection.execute(chosen.order_by(_variants.c.size, _variants.c.color)):
        found[row.product_id][Variant(row.size, row.color)] = row.stock
    return found


def sold_out(connection: Connection) -> dict[int, list[Variant]]:
    """The variants of which nothing is left, by product."""
    found: dict[int, list[Variant]] = {}
    chosen = sa.select(_variants).where(_variants.c.stock == 0).order_by(_variants.c.size, _variants.c.color)
    for row in connection.execute(chosen):
        found.setdefault(row.product_id, []).append(Variant(row.size, row.color))
    return found


def pictures(connection: Connection) -> dict[int, str]:
    """The name of its picture of each product that has one."""
    chosen = sa.select(_pictures.c.product_id, _pictures.c.hash).distinct()
    return {row.product_id: row.hash for row in connection.execute(chosen)}


def picture(connection: Connection, product_id: int, name: str, copy: str) -> Row | None:
    chosen: sa.Select[Any] = sa.select(_pictures.c.kind, _pictures.c.data).where(
        _pictures.c.product_id == product_id, _pictures.c.copy == copy, _pictures.c.hash == name
    )
    found: Row | None = connection.execute(chosen).one_or_none()
    return found


def running_low(connection: Connection, low: int) -> Sequence[Row]:
    """What is on sale and ends soon, the emptiest first: how many are left, and of how many sizes and colours nothing
    (`gone`). Of what is not counted nothing is known."""
    is_gone = (_variants.c.product_id == _products.c.id, _variants.c.stock == 0)
    gone = sa.select(sa.func.count()).where(*is_gone).correlate(_products).scalar_subquery()
    chosen: sa.Select[Any] = sa.select(_products.c.id, _products.c.name, _products.c.stock, gone.label("gone"))
    ends = sa.or_(_products.c.stock <= low, sa.and_(_products.c.by_variant, gone > 0))
    return connection.execute(chosen.where(_products.c.active, ends).order_by(_products.c.stock, _products.c.id)).all()


def twins(products: Iterable[Row]) -> set[int]:
    """Those on sale that go by one name: who types it for an order is not understood, who reads it errs."""
    by_name: dict[str, list[int]] = {}
    for product in products:
        if product.active:
            by_name.setdefault(" ".join(plain(product.name).split()), []).append(product.id)
    return {product_id for ids in by_name.values() if len(ids) > 1 for product_id in ids}


def print_widths(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    """How wide the print area of each of these products is in mm, of those of which that is known."""
    chosen = sa.select(_products.c.id, _products.c.print_width)
    known = chosen.where(_products.c.id.in_(ids), _products.c.print_width.is_not(None))
    return {row.id: row.print_width for row in connection.execute(known)} if ids else {}


def is_empty(connection: Connection) -> bool:
    return connection.execute(sa.select(_products.c.id).limit(1)).first() is None
