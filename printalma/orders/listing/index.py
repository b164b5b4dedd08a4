"""The index of orders' words: every three letters in a row, kept by the database itself.

PostgreSQL keeps a GIN index of pg_trgm. SQLite's FTS5 index takes new orders in by the dozen, by a trigger: one by one
they would cost a tenth of an order each. The last few orders, up to 64, are therefore looked through themselves.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, is_postgres, table
from printalma.orders.listing.pagination import MAX_ID, Check, Ids
from printalma.orders.models import OrderText

LETTERS = 3  # what is shorter is in no index
SAMPLE = 200  # the last orders with some letters, from whose distance their number is guessed
MAX_THREES = 3  # letters by threes that SQLite's index is asked for: the rest is read in the texts

Words = Sequence[str]

_IN_LIKE = str.maketrans({sign: f"/{sign}" for sign in "/%_"})
_texts = table(OrderText)
_trigrams = sa.table("order_trigrams", sa.column("rowid"), sa.column("order_trigrams"))
_UPTO = sa.select(sa.table("order_trigrams_upto", sa.column("order_id")).c.order_id)


def says(connection: Connection, order_id: sa.ColumnElement[int], words: Words) -> list[Check]:
    """That the text of the order `order_id` holds all the words. It is read for each order, by its id: what is asked
    so never makes a database read the whole table instead."""
    text = sa.select(_texts.c.text).where(_texts.c.order_id == order_id).scalar_subquery()
    place = sa.func.strpos if is_postgres(connection) else sa.func.instr
    return [place(text, word) > 0 for word in words]


def plan_anew(connection: Connection) -> None:
    """Have PostgreSQL plan each statement of this transaction for its values. A plan for any value, which it makes of a
    statement it has seen a few times, reads a million texts for a word that no order has."""
    if is_postgres(connection):
        connection.execute(sa.text("SET LOCAL plan_cache_mode = force_custom_plan"))


def unproven(connection: Connection, words: Words) -> Words:
    """The words that `candidates` do not prove: PostgreSQL looks those of its index up in the texts by itself."""
    return [word for word in words if len(word) < LETTERS] if is_postgres(connection) else words


def is_indexed(words: Words) -> bool:
    """Whether the index can help to find the words: one of them has three letters at least."""
    return any(len(word) >= LETTERS for word in words)


def guess(connection: Connection, words: Words) -> int:
    """About how many orders have the words: what PostgreSQL's planner thinks, or how close together the rarest three
    letters of them stand in SQLite's index. A wrong guess costs time, nothing else."""
    if not is_postgres(connection):
        return _rarest(connection, words)[0][0]
    patterns = {f"w{n}": f"%{word.translate(_IN_LIKE)}%" for n, word in enumerate(words) if len(word) >= LETTERS}
    held = " AND ".join(f"text LIKE :{name} ESCAPE '/'" for name in patterns)
    plan: Any = connection.scalar(sa.text(f"EXPLAIN (FORMAT JSON) SELECT 1 FROM order_texts WHERE {held}"), patterns)  # noqa: S608
    return int(plan[0]["Plan"]["Plan Rows"])


def candidates(connection: Connection, words: Words, ids: Ids) -> list[sa.Subquery]:
    """Subqueries of `order_id` that together hold every order among `ids` with the words, and perhaps a few others."""
    if is_postgres(connection):
        found = sa.select(_texts.c.order_id).where(*_held(words), _texts.c.order_id.between(*ids))
        return [found.offset(0).subquery("found")]  # a fence: else PostgreSQL reads texts in the order of ids instead
    rowid: sa.ColumnElement[Any] = _trigrams.c.rowid
    threes = [three for _, three in _rarest(connection, words)[:MAX_THREES]]
    matched = sa.select(rowid.label("order_id")).where(_matches(threes), rowid.between(*ids))
    first_late = connection.execute(_UPTO).scalar_one() + 1
    late = sa.select(_texts.c.order_id).where(_texts.c.order_id.between(max(ids[0], first_late), ids[1]))
    return [matched.subquery("found"), late.subquery("found")]


def among(connection: Connection, order_id: sa.ColumnElement[int], words: Words) -> list[Check]:
    """That the order `order_id` has all the words, for statements that need every such order."""
    if not is_indexed(words):
        return says(connection, order_id, words)
    found = sa.union_all(*(sa.select(part.c.order_id) for part in candidates(connection, words, (0, MAX_ID))))
    return [order_id.in_(found), *says(connection, order_id, unproven(connection, words))]


def _held(words: Words) -> list[Check]:
    """What PostgreSQL's index answers."""
    return [_texts.c.text.contains(word, autoescape=True) for word in words if len(word) >= LETTERS]


def _rarest(connection: Connection, words: Words) -> list[tuple[int, str]]:
    """The letters of the words, by threes, and about how many orders have them, the rarest first: FTS5 goes through
    every order that has any of those it is asked for."""
    threes = {word[n : n + LETTERS] for word in words if len(word) >= LETTERS for n in _places(len(word))}
    top = connection.scalar(_UPTO) or 0
    guessed = []
    for three in threes:
        rowid = _trigrams.c.rowid
        last = sa.select(rowid).where(_matches([three])).order_by(rowid.desc()).offset(SAMPLE - 1).limit(1)
        lowest = connection.scalar(last)
        guessed.append((SAMPLE if lowest is None else top * SAMPLE // (top - lowest + 1), three))
    return sorted(guessed)


def _matches(threes: Sequence[str]) -> Check:
    """FTS5's query for letters, in quotes, so that nothing in them is syntax."""
    query = " AND ".join('"{}"'.format(three.replace('"', '""')) for three in threes)
    return _trigrams.c.order_trigrams.op("MATCH")(query)


def _places(length: int) -> list[int]:
    """Where in a word of that length to take three letters so that each letter is taken."""
    return sorted({*range(0, length - LETTERS + 1, LETTERS), length - LETTERS})
