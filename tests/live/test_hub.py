"""The hub by itself, without a socket: who gets which bytes, who is let in, who is closed and with which code."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from printalma.accounts.policy import Role
from printalma.lib.limits import Limits
from printalma.live import frames
from printalma.live.hub import SILENCE_SECONDS, Hub, Join, Socket

SOON = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass
class Transport:
    """Remembers what it was told."""

    ended: bool = False
    heard_at: float = field(default_factory=time.monotonic)
    got: list[bytes] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    pings: int = 0

    def push(self, frame: bytes) -> None:
        self.got.append(frame)

    def ping(self) -> None:
        self.pings += 1

    def end(self, code: int) -> None:
        self.ended = True
        self.codes.append(code)

    def cut(self) -> None:
        self.ended = True


@dataclass(frozen=True)
class Channel:
    """Equal by its name, as a page's is by what it shows."""

    name: str

    def news(self, _connection: Any, _batch: Any) -> bytes:
        return b"news"

    def catch_up(self, _connection: Any, _since: int, _cursor: int) -> bytes:
        return b"missed"

    def beat(self, cursor: int) -> bytes:
        return f"{self.name} {cursor}".encode()


def socket(user: int = 1, sign_in: str = "a", role: Role = Role.ADMIN) -> Socket:
    return Socket(Transport(), "dashboard", user, sign_in, role, SOON)


def got(*sockets: Socket) -> list[list[bytes]]:
    return [told(one).got for one in sockets]


def told(one: Socket) -> Transport:
    assert isinstance(one.transport, Transport)
    return one.transport


def follow(hub: Hub, one: Socket, channel: str, frame: bytes = b"") -> None:
    assert one in hub.sockets or hub.add(one)
    join = Join(one, Channel(channel), None)
    hub.join(join)
    hub.admit(join, frame)


def test_the_same_bytes_go_to_all_who_follow_and_to_nobody_else() -> None:
    hub, first, second, other = Hub(Limits()), socket(), socket(), socket()
    for one, channel in ((first, "list"), (second, "list"), (other, "order 7")):
        follow(hub, one, channel)
    assert set(hub) == {Channel("list"), Channel("order 7")}
    frame = b"new order"
    hub.push(Channel("list"), frame)
    hub.push(Channel("nobody's"), frame)
    assert got(first, second, other) == [[b"", frame], [b"", frame], [b""]]
    assert told(first).got[1] is told(second).got[1] is frame


def test_who_asks_is_told_nothing_before_it_is_let_in_and_everything_after() -> None:
    hub, one = Hub(Limits(), cursor=7), socket()
    hub.add(one)
    join = Join(one, Channel("list"), 5)
    hub.join(join)
    hub.push(Channel("list"), b"6 and 7")
    assert got(one) == [[]]
    hub.admit(join, b"what was missed")
    hub.push(Channel("list"), b"8")
    assert got(one) == [[b"what was missed", b"8"]]
    assert not hub.joining


def test_of_two_wishes_the_last_counts() -> None:
    hub, one = Hub(Limits()), socket()
    follow(hub, one, "list")
    before, after = Join(one, Channel("order 7"), None), Join(one, Channel("order 8"), None)
    hub.join(before)
    hub.push(Channel("list"), b"no longer")
    hub.join(after)
    hub.admit(before, b"order 7")
    hub.admit(after, b"order 8")
    assert got(one) == [[b"", b"order 8"]]
    assert set(hub) == {Channel("order 8")}


def test_who_has_gone_meanwhile_is_not_let_in() -> None:
    hub, one = Hub(Limits()), socket()
    hub.add(one)
    join = Join(one, Channel("list"), None)
    hub.join(join)
    hub.remove(one)
    hub.admit(join, b"what was missed")
    assert got(one) == [[]]
    assert not list(hub)
    assert not hub.sockets


def test_a_channel_goes_with_its_last_follower() -> None:
    hub, first, second = Hub(Limits()), socket(), socket()
    for one in (first, second):
        follow(hub, one, "list")
    hub.remove(first)
    assert set(hub) == {Channel("list")}
    hub.remove(second)
    hub.remove(second)
    assert not list(hub)


def test_what_cannot_be_had_now_is_told_to_come_back() -> None:
    hub, one = Hub(Limits()), socket()
    hub.add(one)
    hub.join(Join(one, Channel("list"), 1))
    hub.send_away(list(hub.joining.values()))
    assert told(one).codes == [frames.TOO_SLOW]
    assert not hub.joining


def test_one_person_has_so_many_sockets_and_a_place_is_free_again() -> None:
    hub = Hub(Limits(sockets_per_admin=2, sockets_per_customer=1))
    admins, customer = [socket(1) for _ in range(3)], socket(2, role=Role.CLIENT)
    assert [hub.add(one) for one in admins] == [True, True, False]
    assert told(admins[2]).codes == [frames.POLICY]
    assert hub.add(customer)
    assert not hub.add(socket(2, role=Role.CLIENT))
    hub.remove(admins[0])
    assert hub.add(socket(1))
    assert not hub.add(socket(1))


def test_a_full_process_sends_to_another() -> None:
    hub, beyond = Hub(Limits(sockets_per_process=1)), socket(2)
    assert hub.add(socket(1))
    assert not hub.add(beyond)
    assert told(beyond).codes == [frames.TOO_SLOW], "not for ever: it may come back"


def test_no_limit_is_no_limit() -> None:
    hub = Hub(Limits(sockets_per_process=0, sockets_per_admin=0))
    assert all(hub.add(socket()) for _ in range(100))


def test_a_right_that_ended_closes_what_was_opened_by_it_and_what_comes_after() -> None:
    hub, gone, stays, late = Hub(Limits()), socket(sign_in="a"), socket(sign_in="b"), socket(sign_in="a")
    for one in (gone, stays):
        hub.add(one)
    hub.end_sign_ins(["a"])
    assert (told(gone).codes, told(stays).codes) == ([frames.ENDED], [])
    assert not hub.add(late), "it showed its sign-in before it ended, and came in after"
    assert told(late).codes == [frames.ENDED]


def test_what_runs_out_is_closed_unless_it_was_renewed() -> None:
    hub, used, unused = Hub(Limits()), socket(sign_in="a"), socket(sign_in="b")
    for one in (used, unused):
        hub.add(one)
    assert hub.expired(SOON - timedelta(seconds=1)) == []
    assert set(hub.expired(SOON)) == {used, unused}
    hub.end_expired(SOON, {"a": SOON + timedelta(days=7)})
    assert (told(used).codes, told(unused).codes) == ([], [frames.ENDED])
    assert hub.expired(SOON) == [], "what is closed is not closed again"


def test_at_the_end_all_are_told_to_come_back_and_who_comes_too() -> None:
    hub, one, late = Hub(Limits()), socket(), socket()
    hub.add(one)
    hub.end_all(frames.RESTART)
    assert told(one).codes == [frames.RESTART]
    assert not hub.add(late)
    assert told(late).codes == [frames.RESTART]


def test_who_is_silent_is_dropped_and_others_are_asked() -> None:
    hub, silent, here = Hub(Limits()), socket(), socket()
    for one in (silent, here):
        follow(hub, one, "list")
    told(silent).heard_at -= SILENCE_SECONDS + 1
    hub.ping()
    assert (told(silent).ended, told(here).pings) == (True, 1)
    assert hub.sockets == {here}
    hub.push(Channel("list"), b"news")
    assert got(silent, here) == [[b""], [b"", b"news"]]


def test_a_beat_says_where_the_log_stands_and_only_open_ones_count() -> None:
    hub, one, closed = Hub(Limits(), cursor=812), socket(), socket(2, role=Role.CLIENT)
    for each in (one, closed):
        follow(hub, each, "list")
    hub.beat()
    assert got(one) == [[b"", b"list 812"]]
    told(closed).ended = True
    assert hub.count() == {("dashboard", True): 1}
