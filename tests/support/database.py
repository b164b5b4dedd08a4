"""The shop's database, for what no front door can do: a past, or a million rows of it."""

import atexit
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

MOST_ENGINES = 3

_JSON = sa.JSON()
_engines: dict[str, sa.Engine] = {}
_making = threading.Lock()


@atexit.register
def dispose() -> None:
    """Close what is open to databases."""
    while _engines:
        _engines.popitem()[1].dispose()


def insert(database_url: str, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add `rows`, which all have the same columns, to `table`."""
    listed = list(rows)
    columns = [sa.column(name, _JSON if isinstance(value, list | dict) else None) for name, value in listed[0].items()]
    engine = engine_of(database_url)
    with engine.begin() as connection:
        connection.execute(sa.insert(sa.table(table, *columns)), listed)


def put(database_url: str, table: str, by: Sequence[str], row: Mapping[str, Any]) -> None:
    """Add `row` to `table`, or change the one with the same columns `by`: a server beside the test may be faster."""
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f":{name}" for name in row)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in row)
    statement = f"INSERT INTO {table} ({names}) VALUES ({values})"
    execute(database_url, f"{statement} ON CONFLICT ({', '.join(by)}) DO UPDATE SET {changes}", **row)


def copy(database_url: str, table: str, of: int, ids: Iterable[int]) -> None:
    """Add rows like the one with id `of` under other ids."""
    engine = engine_of(database_url)
    found = sa.Table(table, sa.MetaData(), autoload_with=engine)
    with engine.begin() as connection:
        row = connection.execute(sa.select(found).where(found.c.id == of)).mappings().one()
        connection.execute(sa.insert(found), [{**row, "id": other} for other in ids])


def select(database_url: str, query: str, **values: Any) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """The rows that `query` finds."""
    with engine_of(database_url).connect() as connection:
        return connection.execute(sa.text(query), values).all()


def execute(database_url: str, statement: str, **values: Any) -> None:
    """Run `statement` and commit."""
    with engine_of(database_url).begin() as connection:
        connection.execute(sa.text(statement), values)


def execute_together(database_url: str, *statements: str, **values: Any) -> None:
    """Run all of them in one transaction."""
    with engine_of(database_url).begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement), values)


def append_events(database_url: str, events: Sequence[Mapping[str, Any]]) -> None:
    """Add events to the log, all at once."""
    columns = [sa.column(name, sa.JSON if name == "data" else None) for name in ("id", *events[0])]
    with engine_of(database_url).begin() as connection:
        advance = sa.text("UPDATE log_position SET last = last + :n RETURNING last")
        last = connection.execute(advance, {"n": len(events)}).scalar_one()
        rows = [{"id": last - len(events) + n, **event} for n, event in enumerate(events, 1)]
        connection.execute(sa.insert(sa.table("events", *columns)), rows)


def engine_of(database_url: str) -> sa.Engine:
    """An engine of the test's own. Of the last few databases it is kept: to make one anew, and a connection of
    PostgreSQL's, takes longer than what most tests ask."""
    with _making:
        engine = _engines.pop(database_url, None) or _engine(database_url)
        _engines[database_url] = engine  # the latest stand last
        while len(_engines) > MOST_ENGINES:
            _engines.pop(next(iter(_engines))).dispose()
    return engine


def _engine(database_url: str) -> sa.Engine:
    if database_url.startswith("sqlite"):
        return sa.create_engine(database_url, poolclass=sa.NullPool)
    address = database_url.replace("postgresql://", "postgresql+psycopg://")
    return sa.create_engine(address, pool_size=1, max_overflow=20, pool_pre_ping=True)


def blocked(database_url: str) -> int:
    """How many wait for a lock that another holds; PostgreSQL says so."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    found: int = select(database_url, waiting)[0][0]
    return found
