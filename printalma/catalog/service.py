"""What happens to products."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.catalog import queries
from printalma.catalog.commands import SaveProduct, SetStock
from printalma.catalog.models import Product
from printalma.db import Connection, table, transactional
from printalma.events import log
from printalma.events.types import ProductAdded, ProductChanged
from printalma.lib import money
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, NotFound
from printalma.lib.i18n import t

_products = table(Product)
_TAKE = (
    sa.update(_products)
    .where(_products.c.id == sa.bindparam("product"), _products.c.stock >= sa.bindparam("quantity"))
    .values(stock=_products.c.stock - sa.bindparam("quantity"))
)
_GIVE_BACK = (
    sa.update(_products)
    .where(_products.c.id == sa.bindparam("product"), _products.c.stock.is_not(None))
    .values(stock=_products.c.stock + sa.bindparam("quantity"))
)
_LOCK = (
    sa.select(_products.c.id)
    .where(_products.c.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_products.c.id)
    .with_for_update()
)
_SHELF = sa.select(_products.c.name, _products.c.stock).where(_products.c.id == sa.bindparam("product"))


def lock(tx: Connection, product_ids: Iterable[int]) -> None:
    """Have other carts wait for these products, before several carts take from them in an order of their own."""
    tx.execute(_LOCK, {"ids": list(product_ids)})


def take_stock(tx: Connection, quantities: Mapping[int, int]) -> None:
    """Take `quantities` (by product id). Raises Conflict when a counted product has not enough left.

    Rows are locked in the order of their ids, so that two carts never wait for each other.
    """
    for product_id, quantity in sorted(quantities.items()):
        if tx.execute(_TAKE, {"product": product_id, "quantity": quantity}).rowcount:
            continue
        product = tx.execute(_SHELF, {"product": product_id}).one()
        if product.stock is not None:
            raise Conflict(t("orders.out_of_stock", name=product.name))


def give_back_stock(tx: Connection, quantities: Mapping[int, int]) -> None:
    """Put `quantities` back on the shelf; untracked products stay untracked."""
    for product_id, quantity in sorted(quantities.items()):
        tx.execute(_GIVE_BACK, {"product": product_id, "quantity": quantity})


@transactional
@once
def add(tx: Connection, command: SaveProduct, actor: Actor | None) -> int:
    """A new product's id."""
    moment = now()
    values = command.columns() | {"version": 1, "created_at": moment, "updated_at": moment}
    product_id: int = tx.execute(sa.insert(_products).values(values).returning(_products.c.id)).scalar_one()
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
    wanted = command.columns()
    wanted["stock"] = _stock_now(present.stock, command.stockWas, command.stock)
    changes = [name for name, value in wanted.items() if getattr(present, name) != value]
    if not changes:
        return
    if present.version != command.version:
        raise Conflict(t("catalog.changed_meanwhile"))
    values = {name: wanted[name] for name in changes} | {"version": present.version + 1, "updated_at": now()}
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
    if present.stock is None:
        raise Conflict(t("catalog.untracked", name=present.name))
    stock = _stock_now(present.stock, command.was, command.stock)
    if stock != present.stock:
        tx.execute(sa.update(_products).where(_products.c.id == product_id).values(stock=stock, updated_at=now()))
        log.append(tx, ProductChanged(product_id, present.name, ["stock"]), actor.id)


def convert_prices(tx: Connection, before: str, after: str) -> None:
    """Write every price in the currency `after`; forms that still show the old ones are out of date."""
    for product in tx.execute(sa.select(_products.c.id, _products.c.price).order_by(_products.c.id)).all():
        price = money.convert(product.price, before, after)
        saved = sa.update(_products).where(_products.c.id == product.id)
        tx.execute(saved.values(price=price, version=_products.c.version + 1, updated_at=now()))


def _stock_now(present: int | None, was: int | None, wanted: int | None) -> int | None:
    if wanted == was:
        return present
    if wanted is None or present is None or was is None:
        return wanted
    return max(0, present + wanted - was)
