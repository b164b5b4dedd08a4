"""The index of orders' words: every three letters in a row, kept by the database itself.

PostgreSQL keeps a GIN index of pg_trgm. SQLite's FTS5 index takes new orders in by the dozen, by a trigger: one by one
they would cost a tenth of an order each. The last few orders, up to 64, are therefore looked through themselves.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, is_postgres, table
from printalma.orders.models import OrderText

LETTERS = 3  # what is shorter is in no index

Words = Sequence[str]
Ids = tuple[int, int]  # the lowest and the highest
Check = sa.ColumnElement[bool]

_texts = table(OrderText)
_trigrams = sa.table("order_trigrams", sa.column("rowid"), sa.column("order_trigrams"))
_UPTO = sa.select(sa.table("order_trigrams_upto", sa.column("order_id")).c.order_id).scalar_subquery()


def says(connection: Connection, order_id: sa.ColumnElement[int], words: Words) -> list[Check]:
    """That the text of the order `order_id` holds all the words. It is read for each order, by its id: what is asked
    so never makes a database read the whole table instead."""
    text = sa.select(_texts.c.text).where(_texts.c.order_id == order_id).scalar_subquery()
    place = sa.func.strpos if is_postgres(connection) else sa.func.instr
    return [place(text, word) > 0 for word in words]


def is_indexed(words: Words) -> bool:
    """Whether the index can help to find the words: one of them has three letters at least."""
    return any(len(word) >= LETTERS for word in words)


def candidates(connection: Connection, words: Words, ids: Ids) -> list[sa.Subquery]:
    """Subqueries of `order_id` that together hold every order among `ids` with the words, and perhaps a few others."""
    known = [word for word in words if len(word) >= LETTERS]
    if is_postgres(connection):
        held = [_texts.c.text.contains(word, autoescape=True) for word in known]
        found = sa.select(_texts.c.order_id).where(*held, _texts.c.order_id.between(*ids))
        return [found.offset(0).subquery("found")]  # a fence: else PostgreSQL reads texts in the order of ids instead
    rowid: sa.ColumnElement[Any] = _trigrams.c.rowid
    matched = sa.select(rowid.label("order_id")).where(_trigrams.c.order_trigrams.op("MATCH")(_match(known)))
    late = sa.select(_texts.c.order_id).where(_texts.c.order_id > _UPTO, _texts.c.order_id.between(*ids))
    return [matched.where(rowid.between(*ids)).subquery("found"), late.subquery("found")]


def _match(words: Words) -> str:
    """FTS5's query for the words' letters, by threes: all in quotes, so that nothing in them is syntax."""
    threes = dict.fromkeys(word[n : n + LETTERS] for word in words for n in _places(len(word)))
    return " AND ".join('"{}"'.format(three.replace('"', '""')) for three in threes)


def _places(length: int) -> list[int]:
    """Where in a word of that length to take three letters so that each letter is taken."""
    return sorted({*range(0, length - LETTERS + 1, LETTERS), length - LETTERS})


def suspend(tx: Connection) -> None:
    """Leave the index as it is while very many orders are written; `rebuild` must follow in the same transaction."""
    if is_postgres(tx):
        tx.execute(sa.text("DROP INDEX ix_order_texts_text"))
    else:
        tx.execute(sa.text("UPDATE order_trigrams_upto SET order_id = 1 << 62"))


def rebuild(tx: Connection) -> None:
    """Make the index anew."""
    if is_postgres(tx):
        tx.execute(sa.text("SET LOCAL statement_timeout = 0"))
        tx.execute(sa.text("CREATE INDEX ix_order_texts_text ON order_texts USING gin (text gin_trgm_ops)"))
    else:
        tx.execute(sa.text("INSERT INTO order_trigrams (order_trigrams) VALUES ('rebuild')"))
        tx.execute(sa.text("UPDATE order_trigrams_upto SET order_id = (SELECT max(order_id) FROM order_texts)"))
