"""`python -m bench.million ADDRESS [COUNT]`: a shop of a million orders, in minutes.

The product's own filling writes every hundredth; the database copies each of them a hundred times, with its lines,
texts and history, under a number, an address and a telephone of its own. How many hold a name, a place, a status or a
day stays as it was.
"""

import os
import subprocess
import sys
import time
from typing import Any

import sqlalchemy as sa

from tests.support.server import ROOT, demo, environment, flask

TIMES = 100
LEAST = 1000  # orders that are filled in: fewer have not every name and place
_GROW = "--grow"

# An order's number, and what its copies are told apart by. `k` counts the copies.
_SERIAL = f"(CAST(substr(o.number, 12) AS integer) - 1) * {TIMES} + k + 1"
_PHONE = "substr(o.phone, 1, length(o.phone) - 5)"
_DIGITS = "replace(substr(o.phone, length(o.phone) - 4), ' ', '')"
_DIGITS = f"substr(CAST(10000 + (CAST({_DIGITS} AS integer) + k * 199) % 10000 AS text), 2)"
_CLIENT = "CAST(replace(replace({}, 'client', ''), '@example.org', '') AS integer)"
_EMAIL = f"'client' || ({_CLIENT} * {TIMES} + k) || '@example.org'"
_LAST_8 = "substr({0}.phone_key, length({0}.phone_key) - 7)"
_RENAMED = "replace(replace(o.text, lower(old.number), lower(new.number)), old.email, new.email)"


def _of(name: str) -> str:
    """The id that the copy of a row has; 0 and NULL stay."""
    return f"CASE WHEN o.{name} > 0 THEN (o.{name} - 1) * {TIMES} + k + 1 ELSE o.{name} END"


_TEXT = f"coalesce(replace({_RENAMED}, {_LAST_8.format('old')}, {_LAST_8.format('new')}), {_RENAMED})"
_COPIES: dict[str, dict[str, str]] = {
    "orders": {
        "id": _of("id"),
        "number": f"substr(o.number, 1, 11) || CASE WHEN {_SERIAL} < 1000 "
        f"THEN substr(CAST(1000 + {_SERIAL} AS text), 2) ELSE CAST({_SERIAL} AS text) END",
        "phone": f"{_PHONE} || substr({_DIGITS}, 1, 2) || ' ' || substr({_DIGITS}, 3)",
        "phone_key": f"substr(o.phone_key, 1, length(o.phone_key) - 4) || {_DIGITS}",
        "email": _EMAIL.format("o.email"),
        "email_key": _EMAIL.format("o.email_key"),
        "likeness": "o.likeness + k",
    },
    "order_items": {"id": _of("id"), "order_id": _of("order_id")},
    "order_texts": {"order_id": _of("order_id"), "text": _TEXT},
    "sent_json": {"order_id": _of("order_id"), "item_id": _of("item_id")},
    "order_marks": {"id": _of("id"), "order_id": _of("order_id"), "item_id": _of("item_id")},
    "events": {"id": _of("id"), "order_id": _of("order_id")},
}
_OLD_AND_NEW = f"JOIN seed_orders old ON old.id = o.order_id JOIN orders new ON new.id = {_of('order_id')}"
_SUMS = {
    "daily_orders": ("orders", "amount", "collected", "to_collect"),
    "quarter_orders": ("orders", "revenue"),
    "daily_products": ("orders", "quantity", "revenue"),
    "daily_durations": ("orders",),
    "daily_numbers": ("last",),
    "log_position": ("last",),
}


def fill(url: str, count: int) -> float:
    """Have a database that is empty hold a shop of about `count` orders; the seconds that took."""
    began = time.monotonic()
    flask(url, "setup", "--catalogue")
    is_small = count < TIMES * LEAST
    demo(url, "--fill", str(count if is_small else count // TIMES))
    if not is_small:
        command = [sys.executable, "-m", "bench.million", _GROW]
        subprocess.run(command, cwd=ROOT, env=environment(url), check=True)
    return time.monotonic() - began


def _grow() -> None:
    """Copy the orders of the shop that the environment names."""
    import wsgi
    from printalma.db import Model, transaction, without_haste
    from printalma.db.upkeep import analyze, vacuum

    def analyzed(tx: sa.Connection) -> None:  # apart: an index is not seen by statistics of its own transaction
        without_haste(tx)
        analyze(tx)

    with wsgi.app.app_context():
        transaction(_copied)
        transaction(analyzed)
        vacuum(Model.metadata.sorted_tables)


def _copied(tx: sa.Connection) -> None:
    from printalma.db import Model, bulk, is_postgres, without_haste
    from printalma.orders.listing import search

    without_haste(tx)
    tables = [Model.metadata.tables[name] for name in _COPIES]
    if is_postgres(tx):
        tx.execute(sa.text("SET LOCAL session_replication_role = replica"))  # what refers to what is known to be there
    else:
        tx.execute(sa.text("PRAGMA cache_size = -500000"))
        tx.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
    search.suspend(tx)
    indexes = [index for table in tables for index in table.indexes]
    for index in indexes:
        index.drop(tx, checkfirst=True)
    for table in tables:
        _copy(tx, table, _COPIES[table.name])
    for index in indexes:
        index.create(tx)
    for name, columns in _SUMS.items():
        sums = ", ".join(f"{column} = {column} * {TIMES}" for column in columns)
        tx.execute(sa.text(f"UPDATE {name} SET {sums}"))
    bulk.restart_numbering(tx, *tables)
    search.rebuild(tx)
    _rest(tx)


def _rest(tx: sa.Connection) -> None:
    """What servers do by and by is done, and not beside a measurement: names are learnt, nothing is untidy, and each
    event was looked at for pictures."""
    from printalma.db import Model
    from printalma.orders.listing import known_words
    from printalma.tidying.service import all_is_tidy

    all_is_tidy(tx)
    last = "SELECT 'names', '1', max(id) FROM orders"
    tx.execute(sa.text(f"INSERT INTO tidying (task, basis, position) {last}"))
    tx.execute(sa.text("UPDATE picture_cursor SET upto = (SELECT max(id) FROM events)"))

    orders = Model.metadata.tables["orders"]
    columns = [orders.c[name] for name in known_words.COLUMNS]
    known_words.learn(tx, known_words.of_orders(tx.execute(sa.select(*columns).distinct())))


def _copy(tx: Any, table: sa.Table, changed: dict[str, str]) -> None:
    name, columns = table.name, list(table.columns.keys())
    values = ", ".join(f"{changed.get(column, f'o.{column}')}" for column in columns)
    copies = f"WITH RECURSIVE n (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k < {TIMES - 1})"
    joined = _OLD_AND_NEW if name == "order_texts" else ""
    tx.execute(sa.text(f"CREATE TEMPORARY TABLE seed_{name} AS SELECT * FROM {name}"))
    if name == "orders":
        tx.execute(sa.text("CREATE INDEX seed_of_orders ON seed_orders (id)"))
    tx.execute(sa.text(f"DELETE FROM {name}"))
    chosen = f"SELECT {values} FROM seed_{name} o CROSS JOIN n {joined} ORDER BY 1"
    tx.execute(sa.text(f"INSERT INTO {name} ({', '.join(columns)}) {copies} {chosen}"))


if __name__ == "__main__":
    if sys.argv[1] == _GROW:
        _grow()
    else:
        print(f"{fill(sys.argv[1], int((*sys.argv, '1000000')[2])):.0f} s")
        os.sync()
