"""Ids of rows before there are any: then each table is written by one statement, however many rows it gets, of which
nothing is to be read back."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS

from printalma.db import Connection
from printalma.db.prepared import Prepared


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


def add(tx: Connection, into: sa.Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add rows that name the same columns."""
    _insert(into).write(tx, rows)


@cache
def _insert(into: sa.Table) -> Prepared:
    return Prepared(sa.insert(into), unread=True)


def _key(into: sa.Table) -> sa.Column[int]:
    [key] = into.primary_key
    return key
