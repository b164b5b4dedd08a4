"""The shop's settings: every process goes by the same ones, and no order is placed in a currency that was given up."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.catalog import service as catalog
from printalma.config import SETTINGS, Settings, settings
from printalma.db import Connection, Row, reading, table, transactional
from printalma.delivery import service as delivery
from printalma.events import log
from printalma.events.types import ShopChanged
from printalma.lib.errors import Conflict, FieldError, Invalid
from printalma.lib.i18n import t
from printalma.lib.letters import visible
from printalma.shop import queries
from printalma.shop.commands import COLUMNS, WAITS, ChangeShop
from printalma.shop.models import ShopRow

_shop = table(ShopRow)
_ENVIRONMENT = "printalma.shop.environment"  # the settings of before any row: a shop put back may have saved nothing
_KNOWN = "printalma.shop"  # absent: not read yet; False: the currency may still change; True: it is fixed


def know() -> None:
    """Read the settings once per process; from then on the tailer says when they have changed."""
    if _KNOWN not in current_app.extensions:
        with reading() as connection:
            refresh(connection)


def refresh(connection: Connection) -> None:
    """Go by the shop as the database has it now."""
    _adopt(queries.row(connection), queries.currency_of_orders(connection))


def hold_currency(tx: Connection) -> str:
    """The currency of the order that this transaction places.

    The first order fixes it. Until one is known, the settings are held against a change that would slip in between the
    prices this order is read at and its commit.
    """
    if not current_app.extensions.get(_KNOWN):
        _adopt(queries.row_held(tx), queries.currency_of_orders(tx))
    return settings().shop_currency


def change(command: ChangeShop, actor: Actor) -> None:
    """Save the settings. Raises Conflict when somebody saved them since they were shown, Invalid for a fixed currency.

    Before the first order a new currency rewrites the prices of products and delivery: 24,90 € becomes 25 F CFA, not
    2490.
    """
    _change(command, actor)
    with reading() as connection:
        refresh(connection)


def reasons() -> Sequence[str]:
    """For which an order is said to be lost: the shop's, else the usual ones."""
    return settings().shop_reasons or t("shop.usual_reasons").splitlines()


def shown(row: Row) -> dict[str, str | int | None]:
    """What the shop goes by, by the columns of its row: what nobody saved is what the environment says."""
    given = settings()
    saved = {column: getattr(row, column) for column in COLUMNS.values()}
    return saved | {"name": given.shop_name, "currency": given.shop_currency, "zone": given.shop_tz.key}


def is_currency_fixed() -> bool:
    """Whether an order was placed, as far as this process knows."""
    return bool(current_app.extensions.get(_KNOWN))


@transactional
@once
def _change(tx: Connection, command: ChangeShop, actor: Actor) -> None:
    row = queries.row_for_update(tx)
    if row.version != command.version:
        raise Conflict(t("shop.changed_meanwhile"))
    _adopt(row, queries.currency_of_orders(tx))
    present, wanted = shown(row), command.columns()
    changes = [name for name, value in wanted.items() if value != present[name]]
    if "currency" in changes:
        _change_currency(tx, settings().shop_currency, command.currency)
    if changes:
        tx.execute(sa.update(_shop).values(wanted | {"version": command.version + 1}))
        log.append(tx, ShopChanged(changes), actor.id)


def _change_currency(tx: Connection, before: str, after: str) -> None:
    if queries.currency_of_orders(tx) is not None:
        sentence = t("shop.currency_fixed", currency=before)
        raise Invalid(sentence, errors=[FieldError("currency", sentence)])
    catalog.convert_prices(tx, before, after)
    delivery.convert_prices(tx, before, after)


def _adopt(row: Row, currency_of_orders: str | None) -> None:
    """What nobody saved stays as the environment says, but for the currency of orders that are there."""
    given: Settings = current_app.extensions.setdefault(_ENVIRONMENT, settings())
    current_app.extensions[SETTINGS] = replace(
        given,
        shop_name=visible(row.name or given.shop_name),
        shop_currency=row.currency or currency_of_orders or given.shop_currency,
        shop_tz=ZoneInfo(row.zone) if row.zone else given.shop_tz,
        named_country=row.country,
        shop_reasons=tuple((row.reasons or "").splitlines()),
        shop_low_stock=row.low_stock,
        shop_most_per_product=row.most_per_product,
        shop_min_dpi=row.min_dpi,
        shop_waits=tuple(getattr(row, column) for column in WAITS.values()),
    )
    current_app.extensions[_KNOWN] = currency_of_orders is not None
