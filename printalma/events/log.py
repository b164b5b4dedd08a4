"""The append-only log: written in the transaction of the change, read in order by everybody who tells of it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, Row, after_commit, is_postgres, table
from printalma.db.prepared import Prepared
from printalma.db.revisions import NUMBER
from printalma.db.rows import add, of_text, written
from printalma.events import stored
from printalma.events.ahead import Ahead
from printalma.events.models import LoggedEvent, LogPosition
from printalma.events.types import Event, LogRenewed
from printalma.lib.clock import now

CHANNEL = "printalma_events"
MAX_BEHIND = 500  # events; who is further behind starts anew, which is cheaper than telling everything
# Between the first ids of two epochs: no shop has as many events in one, and 8192 epochs fit into what JSON carries
# safely (2^53).
EPOCH_IDS = 2**40
MARKS = 2**31
MAX_RECENT = 256  # events of this process that its readers need not read out of their rows

_events = table(LoggedEvent)
_position, _lean_from = table(LogPosition).c.last, table(LogPosition).c.lean_from
_advance = sa.update(table(LogPosition)).values(last=_position + sa.bindparam("n")).returning(_position, _lean_from)
_mark_before = (
    sa.select(_events.c.mark).where(_events.c.id == _position - sa.bindparam("n")).correlate(table(LogPosition))
)
_ADVANCE = Prepared(_advance.returning(_mark_before.scalar_subquery().label("mark_before")))
_KEPT = [column for column in _events.c if column.name != "id"]


def _at_once() -> Prepared:
    """PostgreSQL's way, in one statement: others wait for the log only as long as the server works. It announces at the
    commit what is asked for on the way. Of a row `n` is which one it is, `whole` what stands for `data` at first."""
    notice = sa.func.pg_notify(CHANNEL, sa.cast(_position, sa.Text))
    log = _advance.returning(notice).cte("log")
    row = of_text("rows", [sa.column("n", sa.BigInteger), *_KEPT, sa.column("whole", sa.JSON)])
    found: dict[str, sa.ColumnElement[Any]] = {column.name: row.c[column.name] for column in _KEPT}
    found["data"] = sa.case((row.c.at >= log.c.lean_from, row.c.data), else_=row.c.whole)
    before = log.c.last - sa.bindparam("n")
    chosen = sa.select(before + row.c.n, *found.values()).select_from(log.join(row, sa.true()))
    added = sa.insert(_events).from_select(["id", *found], chosen, include_defaults=False)
    mark = sa.select(_events.c.mark).where(_events.c.id == before).correlate(log).scalar_subquery()
    return Prepared(sa.select(log.c.last, mark.label("mark_before")).add_cte(added.cte("added")))


_APPEND_AT_ONCE = _at_once()
_LAST = Prepared(sa.select(_position))
_PLACE = sa.select(_events.c.id, _events.c.mark).where(_events.c.id == sa.select(_position).scalar_subquery())
_FROM = Prepared(
    sa.select(_events).where(_events.c.id >= sa.bindparam("since")).order_by(_events.c.id).limit(sa.bindparam("most"))
)
_RENEWED_SINCE = sa.select(_events.c.id).where(
    _events.c.id > sa.bindparam("since"), _events.c.id % EPOCH_IDS == 0, _events.c.type == LogRenewed.__name__
)
_SINCE = (
    sa.select(_events)
    .where(_events.c.id > sa.bindparam("since"), _events.c.id <= sa.bindparam("upto"))
    .order_by(_events.c.id)
    .limit(sa.bindparam("most"))
)
_SINCE_OF_USER = _SINCE.where(_events.c.user_id == sa.bindparam("user"))
_OF_ORDER = sa.select(_events).where(_events.c.order_id == sa.bindparam("order")).order_by(_events.c.id)

Told = Sequence[tuple[Event, int | None]]  # events, and who did what they tell of
Rows = list[dict[str, Any]]
Appended = tuple[Rows, Callable[[], Sequence[Any]]]  # the log's rows, and what says behind the commit where they stand

_listeners: list[Callable[[], None]] = []
# By mark and order, which no other event of any log has: as they were written.
_recent: dict[tuple[int | None, int | None], Event] = {}


@dataclass(frozen=True)
class Record:
    """An event as it stands in the log."""

    id: int
    at: datetime
    actor_id: int | None
    event: Event


@dataclass(frozen=True)
class Place:
    """Where a reader of the log stands: an event's id, and the mark by which it is known again. 0 is before all."""

    id: int
    mark: int | None = None


ahead: Ahead[Place, Record] = Ahead()


def append(connection: Connection, event: Event, actor_id: int | None, follows: Sequence[Event] = ()) -> None:
    """Write `event` inside the caller's transaction, and behind it what follows from it, which is nobody's doing."""
    append_all(connection, [(event, actor_id), *((each, None) for each in follows)])


def append_all(connection: Connection, told: Told, is_whole: bool = False) -> None:
    """Write events and who did what they tell of, in this order.

    The ids come from a counter row locked until the commit: ids have no holes and become visible in order. Call it as
    the last statement, because from here to the commit every other writer waits. `is_whole`: they say all that is read
    of them (events.stored), and readers in this process are given them as they are.
    """
    rows, appended = (_append_at_once if is_postgres(connection) else _append)(connection, told, now())
    if is_whole:
        _keep(rows, told)
    after_commit(connection, lambda: _tell(appended()[0], rows, told if is_whole else ()))


def row_of(event: Event, actor_id: int | None, moment: datetime, is_lean: bool = True) -> dict[str, Any]:
    """How the log keeps an event, but for its id."""
    return {
        "at": moment,
        "type": type(event).__name__,
        "actor_id": actor_id,
        "order_id": getattr(event, "order_id", None),
        "user_id": getattr(event, "customer_id", None) or getattr(event, "user_id", None),
        "data": stored.lean(event.__dict__) if is_lean else event.__dict__,
        "mark": random.randrange(MARKS),
        "written_by": NUMBER,
    }


def on_append(listener: Callable[[], None]) -> None:
    """Have `listener` called in this process after each commit that appended."""
    _listeners.append(listener)


def last_id(connection: Connection) -> int:
    """The id of the newest event; 0 for an empty log."""
    found: int = _LAST.one(connection).last
    return found


def place(connection: Connection) -> Place:
    """Where the log ends."""
    row = connection.execute(_PLACE).first()
    return Place(row.id, row.mark) if row else Place(last_id(connection))


def follow(connection: Connection, reached: Place, most: int) -> tuple[list[Record], Place] | None:
    """Up to `most` events behind `reached`, and where the last of them stands.

    None when `reached` is no place of this log any more: it went back, and may have grown past it since.
    """
    ahead.forget()
    rows = _FROM.all(connection, {"since": reached.id, "most": most + 1})
    if reached.id:
        if not rows or (rows[0].id, rows[0].mark) != (reached.id, reached.mark):
            return None
        rows = rows[1:]
    return records(connection, rows), Place(rows[-1].id, rows[-1].mark) if rows else reached


def renew(connection: Connection, reached: Place = Place(0)) -> None:
    """Begin an epoch, unless one has begun behind `reached`: several processes find the log gone back at once."""
    last: int = _ADVANCE.one(connection, {"n": 1}).last  # from here on nobody else appends
    if reached.id and connection.execute(_RENEWED_SINCE, {"since": reached.id}).first():
        connection.execute(sa.update(table(LogPosition)).values(last=last - 1))
        return
    begins = (max(last, reached.id) // EPOCH_IDS + 1) * EPOCH_IDS
    connection.execute(sa.update(table(LogPosition)).values(last=begins - 1))
    append(connection, LogRenewed(), None)


def since(connection: Connection, event_id: int, most: int, upto: int = 2**62) -> list[Record]:
    """Up to `most` events with event_id < id <= upto, in order."""
    return records(connection, connection.execute(_SINCE, {"since": event_id, "upto": upto, "most": most}).all())


def since_of_user(connection: Connection, user_id: int, event_id: int, most: int, upto: int) -> list[Record]:
    """The same of what is about one user."""
    values = {"user": user_id, "since": event_id, "upto": upto, "most": most}
    return records(connection, connection.execute(_SINCE_OF_USER, values).all())


def of_order(connection: Connection, order_id: int) -> list[Record]:
    """An order's history, oldest first."""
    return records(connection, connection.execute(_OF_ORDER, {"order": order_id}).all())


def records(connection: Connection, rows: Sequence[Row]) -> list[Record]:
    """What rows of the log say."""
    kept = [_recent.get((row.mark, row.order_id)) for row in rows]
    read = iter(stored.whole(connection, [row for row, event in zip(rows, kept, strict=True) if event is None]))
    return [Record(row.id, row.at, row.actor_id, event or next(read)) for row, event in zip(rows, kept, strict=True)]


def _append(connection: Connection, told: Told, moment: datetime) -> Appended:
    position = _ADVANCE.one(connection, {"n": len(told)})
    is_lean = moment >= position.lean_from
    rows = [
        {"id": event_id, **row_of(event, actor_id, moment, is_lean)}
        for event_id, (event, actor_id) in enumerate(told, position.last - len(told) + 1)
    ]
    add(connection, _events, rows)
    return rows, lambda: [position]


def _append_at_once(connection: Connection, told: Told, moment: datetime) -> Appended:
    rows = [row_of(event, actor_id, moment) for event, actor_id in told]
    texts = [
        row | {"n": n, "whole": event.__dict__} for n, (row, (event, _)) in enumerate(zip(rows, told, strict=True), 1)
    ]
    return rows, _APPEND_AT_ONCE.asked(connection, {"n": len(told), "rows": written(texts)})


def _keep(rows: Rows, told: Told) -> None:
    """Whoever reads these here knows them. Those of a transaction that fails nobody will ask for."""
    for row, (event, _) in zip(rows[-MAX_RECENT:], told[-MAX_RECENT:], strict=True):
        if row["order_id"] is not None:  # a mark alone is not enough to tell events apart
            _recent[row["mark"], row["order_id"]] = event
    while len(_recent) > MAX_RECENT:
        del _recent[next(iter(_recent))]


def _tell(appended: Row, rows: Rows, told: Told) -> None:
    """Rows were appended, and what they tell, if that is all there is to be read of them."""
    ahead.newest = max(ahead.newest, appended.last)
    before = Place(appended.last - len(rows), appended.mark_before)
    if told and (before.mark is not None or not before.id):  # else who appended before us was not to be seen yet
        records = [
            Record(event_id, row["at"], actor_id, event)
            for event_id, (row, (event, actor_id)) in enumerate(zip(rows, told, strict=True), before.id + 1)
        ]
        ahead.keep(before, records, Place(appended.last, rows[-1]["mark"]))
    for listener in _listeners:
        listener()
