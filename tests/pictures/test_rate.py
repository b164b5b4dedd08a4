"""How long a new order's body may take: a rate after the grace, and an end."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from werkzeug.exceptions import RequestTimeout

from printalma.lib.limits import Limits
from printalma.web import peer
from printalma.web.peer import Peer, Strangers


class Line:
    """A peer who sends `each` bytes every `seconds` of the clock that it moves."""

    def __init__(self, each: int, seconds: float) -> None:
        self.now = 0.0
        self._each, self._seconds, self._waits = each, seconds, 0.0

    def settimeout(self, seconds: float) -> None:
        self._waits = seconds

    def recv(self, _size: int) -> bytes:
        self.now += min(self._seconds, self._waits)
        if self._seconds > self._waits:
            raise TimeoutError
        return b"x" * self._each


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setattr(peer, "let_others", lambda: None)

    def taken(line: Line, most: int, is_order: bool = True, waited: float = 0) -> int:
        """How many bytes of `most` came in time."""
        monkeypatch.setattr(peer, "time", SimpleNamespace(monotonic=lambda: line.now))
        limits = Limits()
        sock = Peer(line, None, limits, Strangers(limits))
        sock.asked()
        if is_order:
            sock.sends_order(limits.order_bytes_per_second, limits.order_body_seconds)
        line.now += waited
        sock.waited(waited)
        read = 0
        try:
            while read < most:
                read += len(sock.recv(16_384))
        except RequestTimeout:
            pass
        return read

    return taken


@pytest.mark.parametrize(
    ("each", "seconds", "most", "comes"),
    [
        (16_000, 1.0, 3_000_000, True),  # at the rate
        (8_000, 1.0, 300_000, True),  # at half of it: 40 s, of which the grace is half
        (8_000, 1.0, 400_000, False),
        (100, 19.0, 100, True),
        (100, 21.0, 100, False),
        (16_384, 0.5, 9_000_000, True),  # 275 s
        (16_384, 0.5, 10_000_000, False),  # 305 s
    ],
)
def test_a_new_orders_body_has_a_rate_and_an_end(
    taken: Callable[..., int], each: int, seconds: float, most: int, comes: bool
) -> None:
    assert (taken(Line(each, seconds), most) >= most) == comes
    assert (taken(Line(each, seconds), most, waited=60) >= most) == comes


def test_other_bodies_may_be_slower(taken: Callable[..., int]) -> None:
    assert taken(Line(4_000, 1.0), 900_000, is_order=False) >= 900_000
