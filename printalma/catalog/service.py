"""What happens to products."""

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.catalog import queries, stock
from printalma.catalog.commands import SaveProduct, SetStock
from printalma.catalog.models import Product
from printalma.catalog.variants import Variant
from printalma.db import Connection, table, transactional
from printalma.events import log
from printalma.events.types import ProductAdded, ProductChanged
from printalma.lib import money
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, NotFound
from printalma.lib.i18n import t

_products = table(Product)


@transactional
@once
def add(
    tx: Connection, command: SaveProduct, actor: Actor | None, also: Callable[[Connection, int], None] | None = None
) -> int:
    """A new product's id. `also` saves what belongs to it beside its row, before anybody hears of it."""
    moment = now()
    counts = _counts_now(command, {})
    values = command.columns() | {"stock": _left(command, None, counts)}
    values |= {"version": 1, "created_at": moment, "updated_at": moment}
    product_id: int = tx.execute(sa.insert(_products).values(values).returning(_products.c.id)).scalar_one()
    stock.count_anew(tx, product_id, counts)
    if also is not None:
        also(tx, product_id)
    log.append(tx, ProductAdded(product_id, command.name), actor.id if actor else None)
    return product_id


@transactional
@once
def change(tx: Connection, product_id: int, command: SaveProduct, actor: Actor) -> None:
    """Save a product as the command says. Raises NotFound, or Conflict when it has been saved since it was shown.

    Orders go on while somebody types: between two counts the difference is added to what is left now, and a count that
    was not touched is not written.
    """
    present = queries.by_id_for_update(tx, product_id)
    if present is None:
        raise NotFound(t("catalog.unknown"))
    before = queries.variants(tx, product_id)
    counts = _counts_now(command, before)
    wanted = command.columns() | {"stock": _left(command, present.stock, counts)}
    changes = [name for name, value in wanted.items() if getattr(present, name) != value]
    changes += ["variants"] if counts != before else []
    if not changes:
        return
    if present.version != command.version:
        raise Conflict(t("catalog.changed_meanwhile"))
    if counts != before:
        stock.count_anew(tx, product_id, counts)
    values = {name: wanted[name] for name in changes if name in wanted}
    values |= {"version": present.version + 1, "updated_at": now()}
    tx.execute(sa.update(_products).where(_products.c.id == product_id).values(values))
    log.append(tx, ProductChanged(product_id, command.name, changes), actor.id)


@transactional
@once
def set_stock(tx: Connection, product_id: int, command: SetStock, actor: Actor) -> None:
    """Count a product anew: the difference between the two counts is added to what is left now.

    Raises NotFound, or Conflict when its stock is no longer counted.
    """
    present = queries.by_id_for_update(tx, product_id)
    if present is None:
        raise NotFound(t("catalog.unknown"))
    if present.stock is None or present.by_variant:
        raise Conflict(t("catalog.by_variant" if present.by_variant else "catalog.untracked", name=present.name))
    left = _stock_now(present.stock, command.was, command.stock)
    if left != present.stock:
        tx.execute(sa.update(_products).where(_products.c.id == product_id).values(stock=left, updated_at=now()))
        log.append(tx, ProductChanged(product_id, present.name, ["stock"]), actor.id)


def convert_prices(tx: Connection, before: str, after: str) -> None:
    """Write every price in the currency `after`; forms that still show the old ones are out of date."""
    for product in tx.execute(sa.select(_products.c.id, _products.c.price).order_by(_products.c.id)).all():
        price = money.convert(product.price, before, after)
        saved = sa.update(_products).where(_products.c.id == product.id)
        tx.execute(saved.values(price=price, version=_products.c.version + 1, updated_at=now()))


def _left(command: SaveProduct, present: int | None, counts: Mapping[Variant, int]) -> int | None:
    """What is left of a product that is saved."""
    if command.byVariant:
        return sum(counts.values()) if counts else None
    return _stock_now(present, command.stockWas, command.stock)


def _counts_now(command: SaveProduct, present: Mapping[Variant, int]) -> dict[Variant, int]:
    """What each variant has left after the form's counts; one that the form did not show is as it was."""
    if not command.byVariant:
        return {}
    counts = dict(present)
    for cell in command.variants:
        variant = Variant(cell.size, cell.color)
        left = _stock_now(counts.pop(variant, None), cell.was, cell.stock)
        if left is not None:
            counts[variant] = left
    return counts


def _stock_now(present: int | None, was: int | None, wanted: int | None) -> int | None:
    if wanted == was:
        return present
    if wanted is None or present is None or was is None:
        return wanted
    return max(0, present + wanted - was)
