"""Who is to be told of what: by what they are, what they want to hear of, and never of their own doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from printalma.accounts.policy import Role
from printalma.db import Row
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import ADMINS, PushNotice
from printalma.events.types import UnknownEvent
from printalma.lib.clock import now
from printalma.push import queries

LEFT_FOR = timedelta(seconds=60)


@dataclass
class News:
    """What a device is to be told of one kind of event."""

    device: Row
    kind: str
    event_id: int
    events: int
    oldest_at: datetime
    newest_at: datetime


def collect(records: Sequence[Record], listeners: Sequence[Row]) -> list[News]:
    """What each of the devices is to be told of what happened, one piece of news for each kind."""
    found: dict[tuple[int, str], News] = {}
    interested = _Interested(listeners)
    for record in records:
        for notice in renderings.push_notices(record):
            for device in interested[notice]:
                if not _is_news(record, device):
                    continue
                news = found.get((device.id, notice.kind))
                if news is None:
                    news = News(device, notice.kind, record.id, 0, record.at, record.at)
                    found[device.id, notice.kind] = news
                news.events += 1
                news.event_id, news.newest_at = record.id, record.at
    return list(found.values())


def is_for_newer(record: Record) -> bool:
    """Whether a newer release, which serves beside this one, is to tell of it. Where none has done so for LEFT_FOR, it
    has left, and what follows is told without it. A clock that was set back makes nobody wait longer."""
    return isinstance(record.event, UnknownEvent) and abs(now() - record.at) < LEFT_FOR


class _Interested:
    """The devices that a notice is for, worked out once for each audience and kind: a batch has hundreds of events."""

    def __init__(self, listeners: Sequence[Row]) -> None:
        self._wishes = [(device, queries.wishes_of(device)) for device in listeners]
        self._known: dict[tuple[str | int, str, str | None], list[Row]] = {}

    def __getitem__(self, notice: PushNotice) -> list[Row]:
        this = notice.to, notice.kind, notice.sign_in
        if this not in self._known:
            mine = (device for device, wanted in self._wishes if wanted.wants(notice.kind))
            self._known[this] = [device for device in mine if concerns(notice, device)]
        return self._known[this]


def concerns(notice: PushNotice, device: Row) -> bool:
    """Whether a notice is for a device: a row with its `sign_in`, its owner's `user_id` and present `role`."""
    if notice.sign_in not in (None, device.sign_in):
        return False
    return bool(Role(device.role).is_admin if notice.to == ADMINS else notice.to == device.user_id)


def _is_news(record: Record, device: Row) -> bool:
    """Nobody is told of what they did themselves, nor of what happened before they asked; who asked in the future did
    so before the clock was set back."""
    is_later = record.at >= device.created_at or device.created_at > now()
    return bool(record.actor_id != device.user_id and is_later)
