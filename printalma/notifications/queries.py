"""Reading the log with one user's eyes."""

from dataclasses import dataclass

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.db import Connection, table
from printalma.events import log, renderings
from printalma.events.log import Record
from printalma.events.models import LoggedEvent
from printalma.events.renderings import Notice
from printalma.events.types import (
    OrderMended,
    OrderPaymentNoted,
    OrderPlaced,
    OrderStatusChanged,
    OrderStatusTakenBack,
    UserChanged,
)
from printalma.notifications.commands import ListNotifications
from printalma.notifications.models import DroppedNotification, ReadEvent, ReadMark
from printalma.orders.models import Status

MAX_UNREAD = 1000  # a bell that has more to tell says 1000: counting a neglected one never reads the whole log

# The types that become a notice, so that the database finds them. What a notice says, and to whom, is decided by the
# renderings alone; a test compares the two.
_OF_CUSTOMERS = OrderStatusChanged, OrderStatusTakenBack, OrderMended, OrderPaymentNoted
TO_CUSTOMERS = tuple(kind.__name__ for kind in _OF_CUSTOMERS)
TO_ADMINS = (OrderPlaced.__name__, *TO_CUSTOMERS)

_events = table(LoggedEvent)
# Of an event's order: a mended one has one, one that was just placed says none.
_STATUSES = (
    _events.c.data["previous"].as_string(),
    sa.func.coalesce(*(_events.c.data[name].as_string() for name in ("new", "status")), Status.PENDING.value),
)
_marks = table(ReadMark)
_reads = table(ReadEvent)
_dropped = table(DroppedNotification)
_MARK = sa.select(_marks.c.upto).where(_marks.c.user_id == sa.bindparam("user")).scalar_subquery()
_ARRIVAL = sa.select(sa.func.min(_events.c.id)).where(_events.c.user_id == sa.bindparam("user")).scalar_subquery()
_POSITION = sa.select(sa.func.coalesce(_MARK, _ARRIVAL, 0))
_ROLE_GIVEN = sa.select(sa.func.coalesce(sa.func.max(_events.c.id), 0)).where(
    _events.c.user_id == sa.bindparam("user"),
    _events.c.type == UserChanged.__name__,
    _events.c.data["change"].as_string() == "role",
)
_reached = sa.case((_marks.c.begun > _marks.c.upto, _marks.c.begun), else_=_marks.c.upto)
_LOOKED = sa.select(_reached).where(_marks.c.user_id == sa.bindparam("user"), _reached >= _ROLE_GIVEN.scalar_subquery())
IS_READ_ALONE = sa.exists().where(_reads.c.user_id == sa.bindparam("user"), _reads.c.event_id == _events.c.id)


@dataclass(frozen=True)
class Item:
    """A notification as its reader has it."""

    id: int
    notice: Notice
    is_read: bool


def position(connection: Connection, actor: Actor) -> int:
    """Everything up to this event is read. The first event about a user is their arrival: nobody missed what came
    before it."""
    found: int = connection.execute(_POSITION, {"user": actor.id}).scalar_one()
    return found


def looked(connection: Connection, actor: Actor) -> int | None:
    """Where somebody of the team has read to, or began to look; None for who has not looked yet, in the role they have
    now."""
    found: int | None = connection.execute(_LOOKED, {"user": actor.id}).scalar_one_or_none()
    return found


def listed(connection: Connection, actor: Actor, command: ListNotifications) -> list[Item]:
    """What the actor was told, newest first."""
    mark = position(connection, actor)
    chosen = sa.select(_events, IS_READ_ALONE.label("read_alone")).where(*addressed_to(actor))
    if command.includeRead is False:
        chosen = chosen.where(_events.c.id > mark, ~IS_READ_ALONE)
    chosen = chosen.order_by(_events.c.id.desc()).limit(command.limit)
    rows = connection.execute(chosen, {"user": actor.id}).all()
    records = log.records(connection, rows)
    return [
        Item(record.id, _notice(record, actor), record.id <= mark or bool(row.read_alone))
        for record, row in zip(records, rows, strict=True)
    ]


def is_told(connection: Connection, actor: Actor, event_id: int) -> bool:
    """Whether the actor was told of this event."""
    chosen = sa.select(_events.c.id).where(*addressed_to(actor), _events.c.id == event_id)
    return connection.execute(chosen).first() is not None


def unread(connection: Connection, actor: Actor, mark: int, upto: int = 2**62) -> int:
    """How many notifications above `mark` and up to `upto` wait for the actor; MAX_UNREAD when more."""
    return counted(connection, actor, unread_ids(actor, mark, upto).limit(MAX_UNREAD))


def counted(connection: Connection, actor: Actor, some: sa.Select[int]) -> int:
    """How many rows there are."""
    chosen = sa.select(sa.func.count()).select_from(some.subquery())
    found: int = connection.execute(chosen, {"user": actor.id}).scalar_one()
    return found


def first_unread(connection: Connection, actor: Actor, mark: int, upto: int) -> int | None:
    """The oldest notification above `mark` and up to `upto` that waits for the actor."""
    chosen = unread_ids(actor, mark, upto).order_by(_events.c.id).limit(1)
    return connection.execute(chosen, {"user": actor.id}).scalar_one_or_none()


def unread_ids(actor: Actor, mark: int, upto: int = 2**62) -> sa.Select[int]:
    """The ids of what is above `mark`, up to `upto`, and waits for the actor; to be asked with `user`."""
    above = (_events.c.id > mark, _events.c.id <= upto, ~IS_READ_ALONE)
    return sa.select(_events.c.id).where(*addressed_to(actor), *above)


def addressed_to(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    """The team is told of the orders that each of them sees, a customer of what became of their own; each but for what
    they dropped."""
    kinds = TO_ADMINS if actor.sight.is_team else TO_CUSTOMERS
    dropped = sa.exists().where(_dropped.c.user_id == actor.id, _dropped.c.event_id == _events.c.id)
    return (_events.c.type.in_(kinds), ~dropped, *seen(actor))


def seen(actor: Actor) -> list[sa.ColumnElement[bool]]:
    """Whether the actor saw the order of an event before it, or does after it."""
    return actor.sight.where(user_id=_events.c.user_id, status=_STATUSES)


def _notice(record: Record, actor: Actor) -> Notice:
    to = actor.sight.audience
    return next(notice for notice in renderings.notices(record) if notice.to == to)
