"""Ids of rows before there are any: then each table is written by one statement, however many rows it gets, of which
nothing is to be read back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS

from printalma.db import Connection, Moment, is_postgres, upsert
from printalma.db.prepared import Prepared

Rows = Iterable[Mapping[str, Any]]


def drawn(into: sa.Table, is_postgres: bool) -> sa.ColumnElement[Any]:
    """For a statement that has locked out all others who add to it: an expression that draws ids for as many rows as
    the parameter `ids_of` names; `ids` reads what it says."""
    if not is_postgres:  # nobody else writes
        return sa.select(sa.func.coalesce(sa.func.max(_key(into)), 0) + 1).scalar_subquery()
    sequence = sa.cast(sa.func.pg_get_serial_sequence(into.name, _key(into).name), REGCLASS)
    each = sa.func.generate_series(1, sa.bindparam(ids_of(into), type_=sa.Integer)).table_valued()
    return sa.select(sa.func.array_agg(sa.func.nextval(sequence))).select_from(each).scalar_subquery()


def ids_of(into: sa.Table) -> str:
    return f"ids_of_{into.name}"


def ids(drawn: Any, n: int) -> Sequence[int]:
    """The ids that were drawn."""
    return range(drawn, drawn + n) if isinstance(drawn, int) else drawn


def add(tx: Connection, into: sa.Table, rows: Rows) -> None:
    """Add rows that name the same columns."""
    add_all(tx, {into: rows})


def add_all(tx: Connection, rows: Mapping[sa.Table, Rows]) -> None:
    """Add rows to several tables, of which a later one may refer to those before it. On PostgreSQL it is one statement,
    and its rows are one text each: a value costs a twentieth of what it costs as a parameter."""
    found = {into: listed for into, each in rows.items() if (listed := [*each])}
    if not is_postgres(tx):
        for into, each in found.items():
            _insert(into).write(tx, each)
    elif found:
        wanted = _insert_all(*((into, *each[0]) for into, each in found.items()))
        wanted.write(tx, [{into.name: written(each) for into, each in found.items()}])


def count(tx: Connection, into: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add what rows say to those of the same key, which are there or not, in the order of `rows`."""
    _counting(into, is_postgres(tx)).write(tx, [{into.name: written(rows)}] if is_postgres(tx) else rows)


def written(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as the text that PostgreSQL reads with `of_text`."""
    return json.dumps(rows, separators=(",", ":"), default=_kept)


def of_text(called: str, columns: Iterable[sa.ColumnClause[Any]]) -> sa.TableValuedAlias:
    """PostgreSQL's rows of these columns, out of a parameter that is `called` so. Their name is short: psycopg takes a
    statement of more than 4,096 letters apart each time."""
    text = sa.cast(sa.bindparam(called, type_=sa.Text), sa.JSON)
    typed = [sa.column(column.name, column.type) for column in columns]
    return sa.func.json_to_recordset(text).table_valued(*typed).render_derived("r", with_types=True)


def _kept(value: object) -> int | None:
    if isinstance(value, datetime):
        return Moment().process_bind_param(value, None)
    raise TypeError(f"{type(value).__name__} is not kept in rows that are written as text")


@cache
def _insert(into: sa.Table) -> Prepared:
    return Prepared(sa.insert(into), unread=True)


@cache
def _insert_all(*wanted: tuple[Any, ...]) -> Prepared:
    """Each of `wanted` is a table and names of its columns."""
    *first, last = [_of_its_text(upsert(into), names) for into, *names in wanted]
    return Prepared(last.add_cte(*(each.cte() for each in first)), unread=True)


@cache
def _counting(into: sa.Table, is_postgres: bool) -> Prepared:
    insert = _of_its_text(upsert(into), into.c.keys()) if is_postgres else upsert(into)
    added = {column.name: column + insert.excluded[column.name] for column in into.c if not column.primary_key}
    return Prepared(insert.on_conflict_do_update(index_elements=into.primary_key, set_=added), unread=True)


def _of_its_text(insert: Any, names: Iterable[str]) -> Any:
    """An INSERT of PostgreSQL's whose rows, with the columns `names`, are a parameter called like the table."""
    listed = [*names]
    read = of_text(insert.table.name, [insert.table.c[name] for name in listed])
    return insert.from_select(listed, sa.select(*(read.c[name] for name in listed)), include_defaults=False)


def _key(into: sa.Table) -> sa.Column[int]:
    [key] = into.primary_key
    return key
