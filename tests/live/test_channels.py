"""What a channel makes of what happened: drawn once, for whoever follows it, with the log and the pages made up."""

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from printalma.accounts.policy import EVERYTHING, Sight, own
from printalma.events import renderings
from printalma.events.log import MAX_BEHIND, Record
from printalma.events.renderings import ADMINS, Bell, Notice, Rendering
from printalma.events.types import Event
from printalma.live import channels, frames
from printalma.live.channels import Batch, BellRoom, Page, Room, Stream

AT = datetime(2030, 1, 1, 12, tzinfo=UTC)
NOWHERE: Any = None  # the connection: nothing here is read from a database


@dataclass(frozen=True)
class Happened(Event):
    """An event about `user_id`, whom front ends are told of it as the admins are."""

    user_id: int


@dataclass(frozen=True)
class Hidden(Event):
    """An event that no form tells of."""

    user_id: int


@dataclass(frozen=True)
class View:
    """A page that shows one user."""

    user_id: int

    @property
    def name(self) -> str:
        return f"/page?user={self.user_id}&a"

    def redraw(self, _connection: Any) -> str:
        return "[all]"


def _painted(_connection: Any, view: Any, records: Sequence[Record]) -> str:
    mine = [str(record.id) for record in records if record.event == Happened(view.user_id)]
    return f"[{' '.join(mine)}]" if mine else ""


def _told(record: Record) -> list[Notice]:
    assert isinstance(record.event, Happened)
    said = {"type": "HAPPENED", "title": "T", "message": "M", "timestamp": "", "data": {"id": record.id}}
    bell = Bell("ORDER_UPDATED", {"amount": 7})
    return [Notice(ADMINS, "happened", said, bell), Notice(record.event.user_id, "yours", said, bell)]


@pytest.fixture(scope="module", autouse=True)
def _forms() -> None:
    renderings.register(Happened, Rendering(html=_painted, json=_told, push=None))
    renderings.register(Hidden, Rendering(html=None, json=None, push=None))


def happened(*users: int, first: int = 1) -> list[Record]:
    return [Record(first + n, AT, None, Happened(user)) for n, user in enumerate(users)]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> list[Record]:
    """What the log holds; a test that asks for more than its last events fails."""
    held: list[Record] = []

    def since(_connection: Any, event_id: int, most: int, upto: int) -> list[Record]:
        assert most == MAX_BEHIND
        return [record for record in held if event_id < record.id <= upto]

    def since_of_user(connection: Any, user_id: int, event_id: int, most: int, upto: int) -> list[Record]:
        return [one for one in since(connection, event_id, most, upto) if one.event == Happened(user_id)]

    fake = SimpleNamespace(MAX_BEHIND=MAX_BEHIND, since=since, since_of_user=since_of_user)
    monkeypatch.setattr(channels, "events", fake)
    monkeypatch.setattr(channels, "settings", lambda: SimpleNamespace(shop_tz=ZoneInfo("Europe/Paris")))
    return held


def page_of(user_id: int, sight: Sight = EVERYTHING) -> Page:
    return Page(View(user_id), sight)


def said(data: bytes) -> list[Any]:
    return [json.loads(message) for message in frames.texts(data)]


def text(data: bytes) -> str:
    (message,) = frames.texts(data)
    return message


def test_who_looks_at_the_same_shares_a_channel() -> None:
    assert page_of(1) != page_of(1, own(1))
    assert (
        len({page_of(1), page_of(1), page_of(2), Stream(own(1)), Stream(own(1)), Room(own(1)), Stream(EVERYTHING)}) == 5
    )


def test_a_page_gets_its_fragments_then_whose_they_are_and_how_far_they_go() -> None:
    page = text(page_of(2).news(NOWHERE, Batch(happened(2, 1, 2, first=7))))
    assert page.startswith("[7 9]")
    assert page.index('id="shows" value="/page?user=2&amp;a"') < page.index('id="position" value="9"')
    assert page_of(3).news(NOWHERE, Batch(happened(2, 1, 2))) == b"", "what does not concern it costs it nothing"


def test_a_page_that_comes_back_gets_what_it_missed_or_all_anew(log: list[Record]) -> None:
    log += happened(*[2] * MAX_BEHIND, first=101)
    page, last = page_of(2), 100 + MAX_BEHIND
    assert text(page.catch_up(NOWHERE, last - 2, last)).startswith(f"[{last - 1} {last}]")
    assert text(page.catch_up(NOWHERE, last, last)).startswith("<"), "nothing is missing but the day and the place"
    assert text(page.catch_up(NOWHERE, 100, last)).startswith("[101 ")
    assert text(page.catch_up(NOWHERE, 99, last)).startswith("[all]"), "too far behind"
    assert text(page.catch_up(NOWHERE, last + 1, last)).startswith("[all]"), "from the future: the log went back"
    for since in (99, last - 2, last):
        assert f'id="position" value="{last}"' in text(page.catch_up(NOWHERE, since, last))


def test_front_ends_hear_what_is_for_them_in_order() -> None:
    batch = Batch([*happened(1, 2), Record(3, AT, None, Hidden(1)), *happened(1, first=4)])
    sights = {"team": EVERYTHING, 1: own(1), 2: own(2), 3: own(3)}
    ids = {to: [one["id"] for one in said(Stream(sight).news(NOWHERE, batch))] for to, sight in sights.items()}
    assert ids == {"team": [1, 2, 4], 1: [1, 4], 2: [2], 3: []}
    first = said(Stream(own(1)).news(NOWHERE, batch))[0]
    assert (first["event"], first["id"], first["data"]["data"]) == ("yours", 1, {"id": 1})


def test_a_batch_is_worked_out_once_for_all_who_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(record: Record) -> list[Notice]:
        asked.append(record.id)
        return _told(record)

    monkeypatch.setattr(renderings, "notices", counted)
    batch = Batch(happened(1, 2))
    for sight in (EVERYTHING, own(1), own(2)):
        Stream(sight).news(NOWHERE, batch)
        Room(sight).news(NOWHERE, batch)
    assert asked == [1, 2]


def test_a_front_end_that_comes_back_gets_what_it_missed_or_is_told_to_ask(log: list[Record]) -> None:
    log += happened(1, 2, 1)
    assert [one["id"] for one in said(Stream(own(1)).catch_up(NOWHERE, 0, 3))] == [1, 3, 3]
    assert said(Stream(own(2)).catch_up(NOWHERE, 2, 3)) == [{"event": "beat", "id": 3}]
    assert [one["id"] for one in said(Stream(EVERYTHING).catch_up(NOWHERE, 1, 3))] == [2, 3, 3]
    for since in (MAX_BEHIND + 4, 4):
        assert said(Stream(own(1)).catch_up(NOWHERE, since, 3)) == [{"event": "reset", "id": 3}]
    assert said(Stream(own(1)).catch_up(NOWHERE, 0, MAX_BEHIND + 1)) == [{"event": "reset", "id": MAX_BEHIND + 1}]


def test_a_room_speaks_socket_io_and_has_no_beat(log: list[Record]) -> None:
    log += happened(1, 2)
    (packet,) = frames.texts(Room(own(1)).news(NOWHERE, Batch(log)))
    assert packet.startswith("42/orders,")
    name, told = json.loads(packet.partition(",")[2])
    assert (name, told["data"]) == ("yours", {"id": 1})
    assert frames.texts(Room(own(1)).catch_up(NOWHERE, 0, 2)) == [packet]
    assert Room(own(1)).beat(2) == b""


def test_a_bells_room_is_another_with_the_same_events(log: list[Record]) -> None:
    log += happened(1, 2)
    assert BellRoom(own(1)) != Room(own(1))
    (packet,) = frames.texts(BellRoom(own(1)).news(NOWHERE, Batch(log)))
    assert packet.startswith("42/notifications,")
    name, told = json.loads(packet.partition(",")[2])
    assert (name, told["notification"]["id"], told["orderData"]) == ("orderUpdateNotification", 1, {"totalAmount": 7})
    assert frames.texts(BellRoom(own(1)).catch_up(NOWHERE, 0, 2)) == [packet]


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_frame_of_any_length_is_read_as_it_was_written(size: int) -> None:
    assert frames.texts(frames.text("x" * size) + frames.text("é")) == ["x" * size, "é"]


def test_a_pages_frame_is_ascii_and_says_the_same() -> None:
    frame = frames.html('<b title="é &amp; €">नमस्ते</b>')
    (text,) = frames.texts(frame)
    assert text.isascii()
    assert html.unescape(text.replace("&amp;", "&amp;amp;")) == '<b title="é &amp; €">नमस्ते</b>'
