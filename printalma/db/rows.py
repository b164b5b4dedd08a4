"""Several rows by one statement, and the ids that they got."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, is_postgres


def add(tx: Connection, into: sa.Table, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Add `rows`, which name the same columns and no id; their ids, in this order."""
    if len(rows) == 1 or is_postgres(tx):
        return tx.scalars(_returning(into), rows).all()
    # SQLite promises no order in which ids come back, and SQLAlchemy would ask for them one by one. Nobody else writes.
    key = _key(into)
    first: int = tx.execute(sa.select(sa.func.coalesce(sa.func.max(key), 0) + 1)).scalar_one()
    ids = range(first, first + len(rows))
    tx.execute(sa.insert(into), [{**row, key.name: n} for n, row in zip(ids, rows, strict=True)])
    return ids


@cache
def _returning(into: sa.Table) -> Any:
    return sa.insert(into).returning(_key(into), sort_by_parameter_order=True)


def _key(into: sa.Table) -> sa.Column[int]:
    [key] = into.primary_key
    return key
