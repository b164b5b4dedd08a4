"""One piece of a task: looked at beside the traffic, written in one short transaction with how far it has come.

A process that is killed has lost a piece at most. Of two that look at the same piece, the later one writes nothing. An
older release that still runs beside this one writes rows that come later, and they are looked at then.
"""

from functools import partial

import sqlalchemy as sa

from printalma.db import Connection, reading, table, transaction
from printalma.tidying.models import Tidied
from printalma.tidying.tasks import Change, Task, all_tasks

_tidied = table(Tidied)
_BEGIN = sa.text(
    "INSERT INTO tidying (task, basis, position) VALUES (:task, :basis, :position) ON CONFLICT (task) DO NOTHING"
)


def step(task: Task) -> bool:
    """Make the next piece of a task tidy. Whether there may be more of it."""
    basis = task.basis()
    with reading() as connection:
        known = connection.execute(sa.select(_tidied).where(_tidied.c.task == task.name)).one_or_none()
        position = known.position if known is not None and known.basis == basis else 0
        ahead = task.read.where(task.key > position).order_by(task.key).limit(task.piece)
        rows = connection.execute(ahead).all()
        changes = task.changes(connection, rows) if rows else []
    if not rows:
        return False
    before = (known.basis, known.position) if known is not None else None
    transaction(partial(_write, task=task.name, before=before, after=(basis, rows[-1][0]), changes=changes))
    return len(rows) == task.piece


def all_is_tidy(tx: Connection) -> None:
    """The rows that are there were written by this release: nobody need look at them."""
    for task in all_tasks():
        last = tx.scalar(sa.select(sa.func.max(task.key)))
        tx.execute(sa.delete(_tidied).where(_tidied.c.task == task.name))
        tx.execute(sa.insert(_tidied).values(task=task.name, basis=task.basis(), position=last or 0))


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
        for change in changes:
            change(tx)
