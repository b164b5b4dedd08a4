"""What a task of tidying is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, Row

Change = Callable[[Connection], int]  # how many of what it may change were wrong


@dataclass(frozen=True)
class Task:
    """`basis` is by what rows are judged; `changes` are what must become of some rows, each done by itself. `kind` is
    how a command that repairs calls what was wrong. What a task `gathers` from rows is missing also where all are
    right. `reach` says how far the rows behind a position need no look."""

    name: str
    kind: str
    key: sa.Column[Any]
    read: sa.Select[Any]
    piece: int  # rows that are looked at between two pauses
    basis: Callable[[], str]
    changes: Callable[[Connection, Sequence[Row]], list[Change]]
    gathers: bool = False
    reach: Callable[[Connection, int], int] = lambda _connection, position: position
