"""What is made tidy: texts lose what nobody sees, orders are found by what they are found by today, and what an older
release wrote gets what it lacks. (What is deleted after a while: daily.py, docs/kept.md.)"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import sqlalchemy as sa

from printalma.accounts.models import Invitation, User
from printalma.catalog.models import Product
from printalma.config import settings
from printalma.db import Connection, Model, Row, table
from printalma.events.models import LoggedEvent
from printalma.lib.letters import bare, visible
from printalma.orders import history, queries
from printalma.orders.listing import known_words
from printalma.orders.listing.models import OrderText
from printalma.orders.listing.search import add, reword
from printalma.orders.listing.texts import searchable
from printalma.orders.models import Order, OrderItem
from printalma.placing import placed_here
from printalma.placing.customers import name_key, recognizable, recognize
from printalma.team.twins import correct_email
from printalma.tidying import older
from printalma.tidying.task import Change, Task

_orders, _texts = table(Order), table(OrderText)
_users = table(User)
_TEXTS = (
    sa.select(_orders.c.id.label("order_id"), _texts.c.text)
    .select_from(_orders)
    .outerjoin(_texts, _texts.c.order_id == _orders.c.id)
)

_SORTS = sa.select(_orders.c.id, _orders.c.customer, _orders.c.name_key)
_SORTED_BY_NAME = (
    sa.update(_orders)
    .where(_orders.c.id == sa.bindparam("order_id"), _orders.c.customer == sa.bindparam("read"))
    .values(name_key=sa.bindparam("key"))
)
_NAMES = sa.select(_orders.c.id, *(_orders.c[name] for name in known_words.COLUMNS))


@cache
def all_tasks(all_releases: bool = False) -> tuple[Task, ...]:
    """In their order: words are taken from texts that are tidy. See older.task for `all_releases`."""
    shipping = ("name", "company", "street", "apartment", "city", "region", "postal_code", "country")
    ours = placed_here.reach
    order = ("phone", "notes", "customer", "summary", *(f"shipping_{part}" for part in shipping))
    return (
        _texts_of(User, "first_name", "last_name"),
        _texts_of(Invitation, "label"),
        _texts_of(Product, "name", "description", "sizes", "colors"),
        _texts_of(OrderItem, "product_name", "size", "color"),
        replace(_texts_of(Order, *order, email="email"), reach=ours),
        _texts_of(LoggedEvent, "data"),
        Task("accounts", "texts", _users.c.id, sa.select(_users.c.id, _users.c.email), 500, _unversioned, _accounts),
        Task("sorts", "customers", _orders.c.id, _SORTS, 500, _unversioned, _sorts, reach=ours),
        Task("customers", "customers", _orders.c.id, sa.select(_orders.c.id), 100, _country, _customers, reach=ours),
        Task("words", "words", _orders.c.id, _TEXTS, 50, _spelling, _words, reach=ours),
        Task("names", "words", _orders.c.id, _NAMES, 200, _unversioned, _names, gathers=True),
        older.task(all_releases),
    )


def tidy(value: Any) -> Any:
    """A stored value without what nobody sees; JSON is gone through."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list):
        return [tidy(part) for part in value]
    if isinstance(value, dict):
        return {name: tidy(part) for name, part in value.items()}
    return value


def _texts_of(model: type[Model], *columns: str, email: str | None = None) -> Task:
    rows = table(model)
    key: sa.Column[Any] = rows.c.id
    chosen = sa.select(key, *(rows.c[name] for name in columns), *([rows.c[email]] if email else []))

    def tidied(row: Row) -> dict[str, Any]:
        """The columns that change; a text that would be empty stays."""
        known = row._mapping
        texts = {name: tidy(known[name]) for name in columns}
        if email and known[email]:
            texts[email] = bare(known[email])
        return {name: text for name, text in texts.items() if text and text != known[name]}

    def change(row_id: int) -> Change:
        def apply(tx: Connection) -> int:  # read again, and locked: somebody may have saved it since
            row = tx.execute(chosen.where(key == row_id).with_for_update()).one_or_none()
            values = tidied(row) if row is not None else {}
            return tx.execute(sa.update(rows).where(key == row_id).values(values)).rowcount if values else 0

        return apply

    def changes(_connection: Connection, found: Sequence[Row]) -> list[Change]:
        return [change(row[0]) for row in found if tidied(row)]

    return Task(rows.name, "texts", key, chosen, 500, _unversioned, changes)


def _accounts(_connection: Connection, rows: Sequence[Row]) -> list[Change]:
    """Addresses by which nobody could sign in. Where somebody else has the right one, both accounts stay."""

    def change(user_id: int, email: str) -> Change:
        return lambda tx: correct_email(tx, user_id, email)

    return [change(row.id, bare(row.email).lower()) for row in rows if bare(row.email) != row.email]


def _words(connection: Connection, rows: Sequence[Row]) -> list[Change]:
    ids = [row.order_id for row in rows]
    items = queries.items(connection, ids)
    texts = {
        order.id: searchable(order, items[order.id], history.remarks(connection, order))
        for order in queries.rows(connection, ids)
    }

    def change(order_id: int, known: str | None) -> Change:
        text = texts[order_id]
        return lambda tx: add(tx, order_id, text) if known is None else reword(tx, order_id, known, text)

    return [change(row.order_id, row.text) for row in rows if texts[row.order_id] != row.text]


def _names(connection: Connection, rows: Sequence[Row]) -> list[Change]:
    """What a misspelt search may have meant."""
    found = known_words.of_orders(rows)
    new = {word: found[word] for word in found.keys() - known_words.known(connection, found)}

    def change(tx: Connection) -> int:
        known_words.learn(tx, new)
        return 0

    return [change] if new else []


def _sorts(_connection: Connection, rows: Sequence[Row]) -> list[Change]:
    """Orders that have no place among names yet. Who mends a name meanwhile writes its place, too."""
    new = [
        {"order_id": row.id, "read": row.customer, "key": key}
        for row in rows
        if (key := name_key(row.customer)) != row.name_key
    ]
    return [lambda tx: tx.execute(_SORTED_BY_NAME, new).rowcount] if new else []


def _customers(connection: Connection, rows: Sequence[Row]) -> list[Change]:
    """Orders without the keys by which their customer is known: a release that kept none took them."""
    orders = queries.rows(connection, [row.id for row in rows])
    return [partial(recognize, order_id=order.id) for order in orders if recognizable(order) != order]


def _unversioned() -> str:
    return "1"


def _country() -> str:
    """A number is read in the shop's country where the delivery's does not tell."""
    return f"2 {settings().shop_country or ''}"


def _spelling() -> str:
    """An amount is written as the shop's currency is."""
    return f"3 {settings().shop_country or ''} {settings().shop_currency}"
