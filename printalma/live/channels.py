"""What a socket may follow, and the bytes it gets: fragments for pages, JSON for front ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Protocol

from flask import json
from markupsafe import escape

from printalma.accounts.policy import Sight
from printalma.config import settings
from printalma.db import Connection
from printalma.events import log as events
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import Notice, View
from printalma.lib.clock import now, shop_day
from printalma.live import frames

_PLACE = '<hx-partial hx-target="#{0}" hx-swap="outerHTML"><data id="{0}" value="{1}"></data></hx-partial>'


@dataclass(frozen=True)
class Batch:
    """What happened since the last look."""

    records: Sequence[Record]

    @property
    def upto(self) -> int:
        return self.records[-1].id

    @cached_property
    def notices(self) -> Mapping[str | int, Sequence[tuple[int, Notice]]]:
        """Notices with their event's id, by whom they are for."""
        found: dict[str | int, list[tuple[int, Notice]]] = {}
        for record in self.records:
            for notice in renderings.notices(record):
                found.setdefault(notice.to, []).append((record.id, notice))
        return found

    def heard(self, sight: Sight) -> Sequence[tuple[int, Notice]]:
        """Notices with their event's id that those with this sight hear."""
        spoken = self.notices.get(sight.audience, ())
        return [(event_id, notice) for event_id, notice in spoken if sight.hears(notice.about)]


class Channel(Protocol):
    """Hashable: sockets that follow equal channels get the same bytes."""

    def news(self, connection: Connection, batch: Batch, /) -> bytes:
        """Frames that tell of the batch; none when it does not concern the channel."""
        ...

    def catch_up(self, connection: Connection, since: int, cursor: int, /) -> bytes:
        """Frames that bring somebody from event `since` to `cursor`."""
        ...

    def beat(self, cursor: int, /) -> bytes:
        """A sign of life that carries the position."""
        ...


@dataclass(frozen=True)
class Page:
    """A dashboard page that shows `view` to those with this sight."""

    view: View
    sight: Sight

    def news(self, connection: Connection, batch: Batch) -> bytes:
        fragments = self._follow(connection, batch.records)
        return frames.html(fragments + self._place(batch.upto)) if fragments else b""

    def catch_up(self, connection: Connection, since: int, cursor: int) -> bytes:
        return frames.html(self.missed(connection, since, cursor))

    def missed(self, connection: Connection, since: int, cursor: int) -> str:
        """The fragments of `catch_up`, which a page may also fetch over HTTP."""
        if not 0 <= cursor - since <= events.MAX_BEHIND:
            return self.view.redraw(connection) + _day("day") + self._place(cursor)
        records = events.since(connection, since, events.MAX_BEHIND, cursor) if since < cursor else []
        fragments = self._follow(connection, records)
        return fragments + _day("today") + self._place(cursor)

    def beat(self, cursor: int) -> bytes:
        return frames.html(_day("today") + self._place(cursor))

    def _follow(self, connection: Connection, records: Sequence[Record]) -> str:
        if not (self.sight.is_team or renderings.follows_by_itself(self.view)):
            return ""  # what painters say of an event is for the team
        if not self.sight.is_whole:
            records = [record for record in records if self.sight.hears(renderings.about(record))]
        return renderings.html(connection, self.view, records) if records else ""

    def _place(self, cursor: int) -> str:
        """The fragments behind all others: whose they are, and a position, which a page has exactly when it has what
        came before it."""
        return _PLACE.format("shows", escape(self.view.name)) + _PLACE.format("position", cursor)


@dataclass(frozen=True)
class Stream:
    """The JSON events for those with this sight (docs/contract.md, "Three ways in", 2)."""

    sight: Sight

    def news(self, _connection: Connection, batch: Batch) -> bytes:
        return self._frames(batch.heard(self.sight))

    def catch_up(self, connection: Connection, since: int, cursor: int) -> bytes:
        if not 0 <= cursor - since <= events.MAX_BEHIND:
            return _said({"event": "reset", "id": cursor})
        return self._frames(_missed(connection, self.sight, since, cursor)) + self.beat(cursor)

    def beat(self, cursor: int) -> bytes:
        return _said({"event": "beat", "id": cursor})

    @staticmethod
    def _frames(notices: Sequence[tuple[int, Notice]]) -> bytes:
        return b"".join(_said({"event": n.name, "id": event_id, "data": n.notification}) for event_id, n in notices)


@dataclass(frozen=True)
class Room:
    """The same for Socket.IO. It has no replay: who comes back asks the API what it missed."""

    sight: Sight
    namespace: ClassVar[str] = "/orders"

    def news(self, _connection: Connection, batch: Batch) -> bytes:
        return self._frames(batch.heard(self.sight))

    def catch_up(self, connection: Connection, since: int, cursor: int) -> bytes:
        return self._frames(_missed(connection, self.sight, since, cursor))

    def beat(self, _cursor: int) -> bytes:
        return b""

    @classmethod
    def _frames(cls, notices: Sequence[tuple[int, Notice]]) -> bytes:
        return b"".join(frames.text(cls._packet(*cls._told(*each))) for each in notices)

    @staticmethod
    def _told(_event_id: int, notice: Notice) -> tuple[str, Mapping[str, object]]:
        return notice.name, notice.notification

    @classmethod
    def _packet(cls, name: str, told: Mapping[str, object]) -> str:
        """An EVENT packet of Socket.IO v5 in a MESSAGE packet of Engine.IO v4 (their protocol documents)."""
        return f"42{cls.namespace},{_compact([name, told])}"


@dataclass(frozen=True)
class BellRoom(Room):
    """The same again, in the words of the first implementation's bell: what `GET /notifications` has of an event, under
    the same id."""

    namespace: ClassVar[str] = "/notifications"

    @staticmethod
    def _told(event_id: int, notice: Notice) -> tuple[str, Mapping[str, object]]:
        told, bell = notice.notification, notice.bell
        name, kind = _BELL[bell.type]
        entry = {
            "id": event_id,
            "title": told["title"],
            "message": told["message"],
            "type": bell.type,
            "isRead": False,
            "metadata": bell.metadata,
            "createdAt": told["timestamp"],
        }
        order = {"totalAmount" if name == "amount" else name: value for name, value in bell.metadata.items()}
        return name, {"type": kind, "notification": entry, "orderData": order, "timestamp": told["timestamp"]}


_BELL = {
    "ORDER_NEW": ("newOrderNotification", "NEW_ORDER_NOTIFICATION"),
    "ORDER_UPDATED": ("orderUpdateNotification", "ORDER_UPDATE_NOTIFICATION"),
}
# All that Socket.IO clients may connect to.
ROOMS = {room.namespace: room for room in (Room, BellRoom)}


def _day(place: str) -> str:
    """Which day it is in the shop: a page whose "day" is another than "today" turns over by itself."""
    return _PLACE.format(place, shop_day(now(), settings().shop_tz).isoformat())


def _missed(connection: Connection, sight: Sight, since: int, cursor: int) -> Sequence[tuple[int, Notice]]:
    if since >= cursor:
        return ()
    if sight.is_team:
        records = events.since(connection, since, events.MAX_BEHIND, cursor)
    else:
        # Not all 500 events, of which perhaps none is the customer's: anybody may register and ask, again and again.
        records = events.since_of_user(connection, int(sight.audience), since, events.MAX_BEHIND, cursor)
    return Batch(records).heard(sight)


def _said(message: Mapping[str, object]) -> bytes:
    return frames.text(_compact(message))


def _compact(message: object) -> str:
    return json.dumps(message, separators=(",", ":"))
