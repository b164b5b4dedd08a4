"""The bell of the dashboard: what others did since the actor last looked. One's own doings are no news to oneself."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.models import Role
from printalma.db import Connection, table
from printalma.events import log
from printalma.events.log import Record
from printalma.events.models import LoggedEvent
from printalma.events.types import BackupTaken, PasswordsGuessed
from printalma.notifications import queries

MAX_COUNTED = 100  # a bell with more shows "99+"
PAGE_SIZE = 50

_events = table(LoggedEvent)
_BY_OTHERS = _events.c.actor_id.is_distinct_from(sa.bindparam("user"))


@dataclass(frozen=True)
class Count:
    """How many wait; what comes after the event `upto` is not counted in."""

    unread: int
    upto: int


@dataclass(frozen=True)
class News:
    """An event, and whether the actor has read it."""

    record: Record
    is_read: bool


@dataclass(frozen=True)
class Page:
    """News, newest first. `upto` is the newest event there was; `before` leads to older news, if there are any."""

    news: Sequence[News]
    upto: int
    before: int | None


def count(connection: Connection, actor: Actor) -> Count:
    """How much is unread, MAX_COUNTED at most."""
    upto = log.last_id(connection)
    mark = queries.position(connection, actor)
    above = (_events.c.id > mark, _events.c.id <= upto, ~queries.IS_READ_ALONE)
    some = sa.select(_events.c.id).where(*_told(actor), *above, _BY_OTHERS).limit(MAX_COUNTED)
    return Count(queries.counted(connection, actor, some), upto)


def page(connection: Connection, actor: Actor, before: int | None) -> Page:
    """The news from before an event, or the newest."""
    upto = log.last_id(connection)
    mark = queries.position(connection, actor)
    chosen = (
        sa.select(_events, queries.IS_READ_ALONE.label("read_alone"))
        .where(*_told(actor), _BY_OTHERS, _events.c.id < (upto + 1 if before is None else before))
        .order_by(_events.c.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    rows = connection.execute(chosen, {"user": actor.id}).all()
    records = log.records(connection, rows[:PAGE_SIZE])
    news = [
        News(record, record.id <= mark or bool(row.read_alone))
        for record, row in zip(records, rows[:PAGE_SIZE], strict=True)
    ]
    return Page(news, upto, records[-1].id if len(rows) > PAGE_SIZE else None)


def _told(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    """What admins are told of, and owners of more: it is no news of the shop, which front ends' bells show."""
    if actor.role != Role.SUPERADMIN:
        return queries.told(actor)
    return (_events.c.type.in_((*queries.TO_ADMINS, PasswordsGuessed.__name__, BackupTaken.__name__)),)
