"""What is sent to a device: JSON that its service worker shows.

`{id, type, title, message, tag, url, count, data, timestamp}`: a notification in the contract's form, with the id of
the newest event it tells of, the `tag` under which the device replaces it, the `url` a click opens (null for customers:
their front end knows), and how many events it tells of; an `image` beside where there is a picture of it. A vendor that
finds it too long gets it again without either `data` or `image`, and cut.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from printalma.db import Row, reading
from printalma.events.outbox.channel import MAX_AGE
from printalma.events.outbox.planning import LATE
from printalma.events.renderings import PushNotice
from printalma.lib.clock import iso, now
from printalma.lib.i18n import count, t
from printalma.web.routing import url_for

TTL = int(MAX_AGE.total_seconds())
SHORT = 80


@dataclass(frozen=True)
class Envelope:
    """How a vendor is to handle a push: for how many seconds it is kept, how urgent it is, and what it replaces."""

    ttl: int
    urgency: str
    topic: str

    def headers(self) -> dict[str, str]:
        return {"TTL": str(self.ttl), "Urgency": self.urgency, "Topic": self.topic}


def of_notice(notice: PushNotice, delivery: Row, zone: ZoneInfo) -> dict[str, Any]:
    """The message that a delivery is; several events are summed up in one sentence."""
    told = {
        "id": delivery.event_id,
        **notice.notification,
        "tag": notice.tag,
        "url": notice.url,
        "count": delivery.events,
    }
    if delivery.events == 1:
        return told | _image(notice)
    last = notice.notification["message"]
    message = t("push.last", last=last)
    if delivery.oldest_at < now() - LATE:
        message = t("push.since", time=_shown(delivery.oldest_at, zone), last=last)
    return told | {
        "title": count(notice.plural, delivery.events),
        "message": message,
        "tag": f"{notice.kind}-{delivery.event_id}",
        "url": notice.summary_url,
    }


def _image(notice: PushNotice) -> dict[str, str]:
    """Where the device finds a picture of it, if there is one by now."""
    if notice.image is None:
        return {}
    with reading() as connection:
        address = notice.image(connection)
    return {"image": address} if address else {}


def of_test(device_id: int) -> dict[str, Any]:
    """What a device shows when its owner tries it."""
    return {
        "id": 0,
        "type": "TEST",
        "title": t("push.test_title"),
        "message": t("push.test_message"),
        "tag": f"test-{device_id}",
        "url": url_for("orders_list.orders"),
        "count": 1,
        "data": {},
        "timestamp": iso(now()),
    }


def encoded(message: dict[str, Any], short: bool = False) -> bytes:
    """The bytes to encrypt."""
    if short:
        message = {name: value for name, value in message.items() if name != "image"}
        message |= {"data": {}, "title": message["title"][:SHORT], "message": message["message"][:SHORT]}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def envelope(message: dict[str, Any]) -> Envelope:
    """A vendor that still holds an older message of the same topic drops it. A tag is short and of a topic's letters
    (RFC 8030, 5.4)."""
    return Envelope(TTL, "normal" if message["count"] > 1 else "high", message["tag"])


def _shown(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime(t("push.time"))
