"""One piece of a task: looked at beside the traffic, written in one short transaction with how far it has come.

A process that is killed has lost a piece at most. Of two that look at the same piece, the later one writes nothing. An
older release that still runs beside this one writes rows that come later, and they are looked at then.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial

import sqlalchemy as sa

from printalma.db import Connection, Row, reading, table, transaction, upsert
from printalma.db.prepared import Prepared
from printalma.tidying import older
from printalma.tidying.models import Tidied
from printalma.tidying.task import Change, Task
from printalma.tidying.tasks import all_tasks
from printalma.web.peer import let_others

_tidied = table(Tidied)
_KNOWN = Prepared(sa.select(_tidied))
_BEGIN = upsert(_tidied).on_conflict_do_nothing()


def unfinished(tasks: Sequence[Task]) -> list[Task]:
    """Those of which rows may be behind what was looked at: when all is tidy, two statements say so instead of two for
    each task."""
    with reading() as connection:
        known = {row.task: (row.basis, row.position) for row in _KNOWN.all(connection)}
        ends = _ends(tuple(dict.fromkeys(task.key for task in tasks))).one(connection)._mapping

    def is_unfinished(task: Task) -> bool:
        basis, position = known.get(task.name, ("", 0))
        return (position if basis == task.basis() else 0) < (ends[_end(task.key)] or 0)

    return [*filter(is_unfinished, tasks)]


@cache
def _ends(keys: tuple[sa.Column[int], ...]) -> Prepared:
    return Prepared(sa.select(*(sa.select(sa.func.max(key)).scalar_subquery().label(_end(key)) for key in keys)))


def _end(key: sa.Column[int]) -> str:
    return f"end_of_{key.table.name}"


def step(task: Task) -> bool:
    """Make the next piece of a task tidy. Whether there may be more of it."""
    basis = task.basis()
    with reading() as connection:
        known = connection.execute(sa.select(_tidied).where(_tidied.c.task == task.name)).one_or_none()
        position = known.position if known is not None and known.basis == basis else 0
        reached = task.reach(connection, position) if position else 0  # who begins anew looks at everything
        rows, changes = _ahead(connection, task, reached)
    after = (basis, rows[-1][0] if rows else reached)
    if after[1] == position:
        return False
    before = (known.basis, known.position) if known is not None else None
    transaction(partial(_write, task=task.name, before=before, after=after, changes=changes))
    return len(rows) == task.piece


def all_is_tidy(tx: Connection) -> None:
    """The rows that are there were written by this release: nobody need look at them."""
    for task in all_tasks():
        if task.gathers:
            continue
        last = tx.scalar(sa.select(sa.func.max(task.key)))
        tx.execute(sa.delete(_tidied).where(_tidied.c.task == task.name))
        tx.execute(sa.insert(_tidied).values(task=task.name, basis=task.basis(), position=last or 0))


def begin(tx: Connection) -> None:
    """Note, before a newer release migrates the database, up to where the one before it has made good what still older
    ones wrote: behind it the newer one begins. Where nothing is noted, it looks through everything."""
    if not sa.inspect(tx).has_table(_tidied.name):
        return
    known = {row.task: row for row in tx.execute(sa.select(_tidied).where(_tidied.c.task.startswith(older.PREFIX)))}
    mine = older.task()
    if known and mine.name not in known:
        latest = known[max(known, key=lambda task: int(task.removeprefix(older.PREFIX)))]
        tx.execute(_BEGIN, {"task": mine.name, "basis": latest.basis, "position": latest.position})


def repair(task: Task, looked_at: Callable[[int], None]) -> int:
    """Look through all rows of a task, however far the servers have come with it; how many were wrong. `looked_at` is
    told of each piece how many rows it has."""
    position = wrong = 0
    while True:
        with reading() as connection:
            rows, changes = _ahead(connection, task, position)
        if not rows:
            return wrong
        if changes:
            wrong += transaction(partial(_change, changes=changes))
        looked_at(len(rows))
        position = rows[-1][0]


def _ahead(connection: Connection, task: Task, position: int) -> tuple[Sequence[Row], list[Change]]:
    """The next piece behind `position`, and what must become of it."""
    rows = connection.execute(task.read.where(task.key > position).order_by(task.key).limit(task.piece)).all()
    return rows, task.changes(connection, rows) if rows else []


def _write(
    tx: Connection, task: str, before: tuple[str, int] | None, after: tuple[str, int], changes: list[Change]
) -> None:
    values = {"basis": after[0], "position": after[1]}
    if before is None:
        moved = tx.execute(_BEGIN, {"task": task, **values})
    else:
        there = (_tidied.c.task == task, _tidied.c.basis == before[0], _tidied.c.position == before[1])
        moved = tx.execute(sa.update(_tidied).where(*there).values(values))
    if moved.rowcount:  # else another process was faster
        _change(tx, changes)


def _change(tx: Connection, changes: list[Change]) -> int:
    wrong = 0
    for change in changes:
        wrong += change(tx)
        let_others()  # on SQLite hundreds of short statements follow each other, for most of a second
    return wrong
