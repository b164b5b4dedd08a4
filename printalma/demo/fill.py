"""`flask demo --fill`: two years of orders, written straight into the database of a shop that has none."""

import math
import time
from collections.abc import Callable
from itertools import islice

import click
import sqlalchemy as sa

from printalma.accounts import queries as accounts
from printalma.catalog import queries as catalog
from printalma.catalog import samples
from printalma.config import settings
from printalma.db import Connection, bulk, is_postgres, reading, table, transaction
from printalma.db.upkeep import analyze
from printalma.demo.ledger import Ledger
from printalma.demo.history import orders
from printalma.events.models import LoggedEvent, LogPosition
from printalma.lib.clock import now
from printalma.lib.i18n import t
from printalma.lib.progress import progress
from printalma.orders import counters
from printalma.orders.listing import search
from printalma.orders.models import DailyNumber, Order, OrderItem, OrderText
from printalma.tidying.service import all_is_tidy

CHUNK = 2_000  # between two of them PostgreSQL waits, which it does for seconds only
CACHE = 500_000  # kB of SQLite's own memory: pages of eight indexes that are all written again and again

_orders = table(Order)
_position = table(LogPosition)


def fill(count: int) -> float:
    """Write `count` orders of the last two years with all that belongs to them, or nothing; the seconds that took.

    Raises ClickException on a shop with orders, whose ids and numbers follow their time and must stay so, and on one
    without an admin, who would have moved them.
    """
    samples.add_samples(settings().shop_currency)
    with reading() as connection:
        if connection.execute(sa.select(_orders.c.id).limit(1)).first():
            raise click.ClickException(t("cli.fill_has_orders"))
        if not accounts.admins(connection):
            raise click.ClickException(t("cli.setup_no_admin"))
    began = time.monotonic()
    with progress() as tell:
        transaction(lambda tx: _write(tx, count, tell))
    return time.monotonic() - began


def _write(tx: Connection, count: int, tell: Callable[[str], None]) -> None:
    if not is_postgres(tx):
        tx.exec_driver_sql(f"PRAGMA cache_size = -{CACHE}")
    position = tx.execute(sa.select(_position.c.last).with_for_update()).scalar_one()
    ledger = Ledger(settings().shop_currency, accounts.admins(tx)[0], position)
    made_up = orders(count, [row for row in catalog.everything(tx) if row.active], now(), settings().shop_tz)
    search.suspend(tx)
    while chunk := list(islice(made_up, CHUNK)):
        for order in chunk:
            ledger.add(order)
        tell(t("cli.filling", n=ledger.last, count=count))
        bulk.insert(tx, _orders, ledger.orders)
        bulk.insert(tx, table(OrderItem), ledger.items)
        bulk.insert(tx, table(OrderText), ledger.texts)
        bulk.insert(tx, table(LoggedEvent), ledger.events(until=chunk[-1].at))
        ledger.forget()
    bulk.insert(tx, table(LoggedEvent), ledger.events(until=math.inf))
    bulk.restart_numbering(tx, _orders, table(OrderItem))
    tell(t("cli.filling_index"))
    search.rebuild(tx)
    tell(t("cli.filling_numbers"))
    _count(tx, ledger)
    all_is_tidy(tx)
    analyze(tx)


def _count(tx: Connection, ledger: Ledger) -> None:
    bulk.insert(tx, table(DailyNumber), [{"day": day, "last": n} for day, n in ledger.numbers.items()])
    counters.recount(tx, ledger.numbers)
    tx.execute(sa.update(_position).values(last=ledger.told))
