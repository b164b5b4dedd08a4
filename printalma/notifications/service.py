"""What a reader does: read one, read all."""

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.db import Connection, table, transactional, upsert
from printalma.events import log
from printalma.events.types import NotificationsRead
from printalma.lib.errors import NotFound
from printalma.lib.i18n import t
from printalma.notifications import queries
from printalma.notifications.models import DroppedNotification, ReadEvent, ReadMark

_marks, _reads = table(ReadMark), table(ReadEvent)
_MARK = upsert(_marks)
_MOVE_MARK = _MARK.on_conflict_do_update(
    index_elements=[_marks.c.user_id], set_={"upto": _MARK.excluded.upto}, where=_MARK.excluded.upto > _marks.c.upto
)
_BEGIN = _MARK.on_conflict_do_update(index_elements=[_marks.c.user_id], set_={"begun": _MARK.excluded.begun})
_READ_ALONE = upsert(_reads).on_conflict_do_nothing()
_DROP = upsert(table(DroppedNotification)).on_conflict_do_nothing()


@transactional
def mark_read(tx: Connection, event_id: int, actor: Actor) -> int:
    """The actor has read one notification; how many still wait. Raises NotFound for one they were never told."""
    if not queries.is_told(tx, actor, event_id):
        raise NotFound(t("notifications.unknown"))
    mark = queries.position(tx, actor)
    if event_id <= mark:
        return queries.unread(tx, actor, mark)
    tx.execute(_READ_ALONE, {"user_id": actor.id, "event_id": event_id})
    waiting = queries.unread(tx, actor, _catch_up(tx, actor, mark))
    _tell(tx, actor)
    return waiting


@transactional
def drop(tx: Connection, event_id: int, actor: Actor) -> int:
    """The actor does not want to see a notification any more; how many still wait. Raises NotFound for one that is not
    there."""
    if not queries.is_told(tx, actor, event_id):
        raise NotFound(t("notifications.unknown"))
    tx.execute(_DROP, {"user_id": actor.id, "event_id": event_id})
    mark = queries.position(tx, actor)
    waiting = queries.unread(tx, actor, _catch_up(tx, actor, mark))
    _tell(tx, actor)
    return waiting


@transactional
def look(tx: Connection, actor: Actor, upto: int) -> None:
    """The actor looks at the dashboard for the first time: nothing of what came before is news to them there. Nothing
    is read by it: a front end's bell counts what it did."""
    tx.execute(_BEGIN, {"user_id": actor.id, "upto": queries.position(tx, actor), "begun": upto})


@transactional
def mark_all_read(tx: Connection, actor: Actor, shown: int | None = None) -> int:
    """The actor has read everything there is, or everything up to the event that was `shown` last; how many of it
    waited."""
    last = log.last_id(tx)  # first of all: what is told from here on has not been read
    upto = last if shown is None else min(shown, last)
    waiting = queries.unread(tx, actor, queries.position(tx, actor), upto)
    _move_mark(tx, actor, upto)
    if waiting:
        _tell(tx, actor)
    return waiting


def _catch_up(tx: Connection, actor: Actor, mark: int) -> int:
    """Move the mark up to the oldest notification that still waits; where it stands then."""
    upto = log.last_id(tx)
    waiting = queries.first_unread(tx, actor, mark, upto)
    reached = upto if waiting is None else waiting - 1
    if reached > mark:
        _move_mark(tx, actor, reached)
    return reached


def _move_mark(tx: Connection, actor: Actor, upto: int) -> None:
    tx.execute(_MOVE_MARK, {"user_id": actor.id, "upto": upto})
    tx.execute(sa.delete(_reads).where(_reads.c.user_id == actor.id, _reads.c.event_id <= upto))


def _tell(tx: Connection, actor: Actor) -> None:
    """Have the actor's other pages move their bell. A customer has none: reading is not to swell the log."""
    if actor.sight.is_team:
        log.append(tx, NotificationsRead(actor.id), actor.id)
