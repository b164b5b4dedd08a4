"""Who is to be told of what: by what they are, what they want to hear of, and never of their own doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from printalma.accounts.models import Role
from printalma.db import Row
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import ADMINS, PushNotice
from printalma.push import queries


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
    wishes = [(device, queries.wishes_of(device)) for device in listeners]
    for record in records:
        for notice in renderings.push_notices(record):
            for device, wanted in wishes:
                if wanted.wants(notice.kind) and concerns(notice, device) and _is_news(record, device):
                    news = found.setdefault(
                        (device.id, notice.kind), News(device, notice.kind, record.id, 0, record.at, record.at)
                    )
                    news.events += 1
                    news.event_id, news.newest_at = record.id, record.at
    return list(found.values())


def concerns(notice: PushNotice, user: Row) -> bool:
    """Whether a notice is for the owner of a device, whose `user_id` and present `role` are given."""
    return bool(Role(user.role).is_admin if notice.to == ADMINS else notice.to == user.user_id)


def _is_news(record: Record, device: Row) -> bool:
    """Nobody is told of what they did themselves, nor of what happened before they asked."""
    return bool(record.actor_id != device.user_id and record.at >= device.created_at)
