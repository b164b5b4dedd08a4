"""`python -m printalma.demo --fill`: two years of orders, written straight into the database of a shop that has none.

The rows are those that the product makes of a cart and of a move; only that they are written by the thousand is ours.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Any

import click
import sqlalchemy as sa

from printalma.accounts import queries as accounts
from printalma.accounts.actor import Actor
from printalma.catalog import queries as catalog
from printalma.catalog import samples
from printalma.config import settings
from printalma.db import Connection, Model, Row, bulk, is_postgres, reading, table, transaction, without_haste
from printalma.db.upkeep import analyze, vacuum
from printalma.delivery.service import Quote
from printalma.demo import history
from printalma.demo.carts import Product
from printalma.events import log
from printalma.events.models import LoggedEvent, LogPosition
from printalma.events.types import OrderStatusChanged
from printalma.lib import money
from printalma.lib.clock import now
from printalma.lib.i18n import t
from printalma.lib.progress import progress
from printalma.orders import counters, marks, payments, sent, steps
from printalma.orders import history as told
from printalma.orders.commands import PlaceOrder, Said
from printalma.orders.listing import search
from printalma.orders.listing.models import OrderText
from printalma.orders.listing.texts import searchable
from printalma.orders.models import Order, OrderItem, OrderMark, SentJSON, Status
from printalma.orders.queries import OrderRow, columns
from printalma.placing import articles, drafts, numbering
from printalma.placing.articles import Called
from printalma.placing.drafts import Cart, Draft
from printalma.placing.models import DailyNumber
from printalma.tidying.service import all_is_tidy

CHUNK = 2_000
CACHE = 500_000  # kB of SQLite's own memory: pages of eight indexes that are all written again and again

_orders, _items, _texts, _events = table(Order), table(OrderItem), table(OrderText), table(LoggedEvent)
_position = table(LogPosition)
_LAST_EVENT = sa.select(_position.c.last).with_for_update()

Rows = list[Mapping[str, Any]]


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
        vacuum(Model.metadata.sorted_tables)
    return time.monotonic() - began


class _Ledger:
    """Takes orders down, oldest first; their ids and numbers count from 1."""

    def __init__(self, products: Mapping[int, Row], admin: Actor, last_event: int) -> None:
        self._products, self._admin = products, admin
        self.last_event = last_event
        self.last = self.last_item = 0
        self.numbers: Counter[str] = Counter()
        self.forget()
        self._untold: list[dict[str, Any]] = []

    def forget(self) -> None:
        """The rows are written."""
        self.orders: Rows = []
        self.items: Rows = []
        self.texts: Rows = []
        self.sent: Rows = []
        self.marks: Rows = []

    def add(self, past: history.Past) -> None:
        cart = Cart(PlaceOrder.parse(past.cart), None)
        called = [Called.by(item) for item in cart.command.items]
        lines = articles.lines(cart.command.items, called, self._products, {}, settings().shop_currency)
        draft = drafts.drawn_up(cart, lines, {}, Quote(), past.at)
        order = draft.order
        self.last += 1
        self.numbers[order.day] += 1
        order = order._replace(id=self.last, number=numbering.number_of(order.day, self.numbers[order.day]))
        self._untold.append(log.row_of(told.order_placed(order, settings().shop_currency), None, past.at))
        for at, status in past.moves:
            after = steps.moved(order, status, self._admin, Said(), at)
            event = told.order_moved(OrderStatusChanged, order, after, self._admin, None)
            self._untold.append(log.row_of(event, self._admin.id, at))
            order = payments.received(after, payments.rest(after)) if status == Status.DELIVERED else after
        self._save(order, draft, is_moved=bool(past.moves))

    def _save(self, order: OrderRow, draft: Draft, is_moved: bool) -> None:
        found = [] if is_moved else draft.doubts  # whoever confirmed it had looked at it
        ids = range(self.last_item + 1, self.last_item + 1 + len(draft.items))
        self.last_item = ids[-1]
        items = [item._replace(order_id=order.id) for item in draft.items]
        self.orders.append(order._replace(marks=marks.names(found))._asdict())
        self.items += [{"id": n, **columns(item)} for n, item in zip(ids, items, strict=True)]
        self.texts.append({"order_id": order.id, "text": searchable(order, items)})
        self.sent += sent.rows(order.id, {[0, *ids][n]: text for n, text in draft.texts.items()})
        self.marks += marks.rows(order.id, found, ids)

    def events(self, until: datetime) -> Rows:
        """The events before `until` that were not given yet, in the order of their moments, and numbered in it."""
        self._untold.sort(key=itemgetter("at"))
        due = [event for event in self._untold if event["at"] < until]
        del self._untold[: len(due)]
        for event in due:
            self.last_event += 1
            event["id"] = self.last_event
        return list(due)


def _write(tx: Connection, count: int, tell: Callable[[str], None]) -> None:
    without_haste(tx)
    if not is_postgres(tx):
        tx.exec_driver_sql(f"PRAGMA cache_size = -{CACHE}")
    moment = now()
    admin = accounts.actor_from(accounts.admins(tx)[0], jti="", sign_in="", expires_at=moment)
    products = {row.id: row for row in catalog.everything(tx) if row.active}
    ledger = _Ledger(products, admin, tx.execute(_LAST_EVENT).scalar_one())
    past = history.orders(count, [_sold(row) for row in products.values()], moment, settings().shop_tz)
    search.suspend(tx)
    while chunk := list(islice(past, CHUNK)):
        for order in chunk:
            ledger.add(order)
        tell(t("cli.filling", n=ledger.last, count=count))
        _save(tx, ledger, until=chunk[-1].at)
    _save(tx, ledger, until=moment)
    bulk.restart_numbering(tx, _orders, _items)
    tx.execute(sa.update(_position).values(last=ledger.last_event))
    tell(t("cli.filling_index"))
    search.rebuild(tx)
    tell(t("cli.filling_numbers"))
    bulk.insert(tx, table(DailyNumber), [{"day": day, "last": last} for day, last in ledger.numbers.items()])
    counters.recount(tx, ledger.numbers)
    all_is_tidy(tx)
    analyze(tx)


def _sold(product: Row) -> Product:
    price = money.number(product.price, settings().shop_currency)
    return Product(product.id, product.sizes, product.colors, price)


def _save(tx: Connection, ledger: _Ledger, until: datetime) -> None:
    bulk.insert(tx, _orders, ledger.orders)
    bulk.insert(tx, _items, ledger.items)
    bulk.insert(tx, _texts, ledger.texts)
    bulk.insert(tx, table(SentJSON), ledger.sent)
    bulk.insert(tx, table(OrderMark), ledger.marks)
    bulk.insert(tx, _events, ledger.events(until))
    ledger.forget()
