"""What a peer may send, counted as its bytes pass: without a socket, and without waiting."""

import struct
from types import SimpleNamespace

import pytest

from printalma.lib.limits import Limits
from printalma.live import budget, frames
from printalma.live.budget import BURST, Bucket, Budget

FINAL, TEXT, CONTINUED, PING = 0x80, 0x1, 0x0, 0x9


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that have passed: the tests say when."""
    seconds = [0.0]
    monkeypatch.setattr(budget, "time", SimpleNamespace(monotonic=lambda: seconds[0]))
    return seconds


def frame(payload: int, opcode: int = TEXT | FINAL) -> bytes:
    """A masked frame, as a browser sends it."""
    if payload < 126:
        size = bytes((0x80 | payload,))
    else:
        size = struct.pack("!BH", 0x80 | 126, payload) if payload < 1 << 16 else struct.pack("!BQ", 0x80 | 127, payload)
    return bytes((opcode,)) + size + b"mask" + b"x" * payload


def test_a_bucket_has_so_many_a_second_and_keeps_what_was_not_used(clock: list[float]) -> None:
    bucket = Bucket(2)
    assert all(bucket.take() for _ in range(2 * BURST))
    assert not bucket.take()
    clock[0] += 1
    assert bucket.take()
    assert not bucket.take(), "what was taken beyond it is owed"
    clock[0] += 1000
    assert bucket.take(2 * BURST)
    assert not bucket.take(), "no more is kept than a burst"
    assert all(Bucket(0).take() for _ in range(1000))


def test_frames_are_counted_by_their_headers_however_they_are_cut(clock: list[float]) -> None:
    whole, dripped = (Budget(Limits(socket_frames_per_second=3), 8_000) for _ in range(2))
    three = b"".join((frame(5), frame(200), frame(0, PING | FINAL)))
    whole.spend(three)
    for byte in three:
        dripped.spend(bytes((byte,)))
    assert (whole.over, dripped.over) == (None, None)
    whole.spend(frame(0))
    dripped.spend(frame(0))
    assert (whole.over, dripped.over) == (frames.POLICY, frames.POLICY)


def test_who_has_said_who_they_are_may_send_a_burst_once(clock: list[float]) -> None:
    known = Budget(Limits(socket_frames_per_second=2), 8_000)
    known.trust()
    for _ in range(2 * BURST):
        known.spend(frame(1))
    known.trust()
    assert known.over is None
    known.spend(frame(1))
    assert known.over == frames.POLICY


@pytest.mark.parametrize(
    "sent",
    [frame(101), frame(60, TEXT) + frame(60, CONTINUED | FINAL), frame(70_000)],
    ids=["at once", "in fragments", "a long one"],
)
def test_a_message_has_a_size(clock: list[float], sent: bytes) -> None:
    peer = Budget(Limits(socket_bytes_per_second=0), 100)
    peer.spend(frame(100) + frame(60, TEXT) + frame(40, CONTINUED | FINAL))
    assert peer.over is None
    peer.spend(sent)
    assert peer.over == frames.TOO_BIG


def test_a_ping_between_fragments_is_no_part_of_the_message(clock: list[float]) -> None:
    peer = Budget(Limits(), 100)
    peer.spend(frame(60, TEXT) + frame(90, PING | FINAL) + frame(40, CONTINUED | FINAL))
    assert peer.over is None


def test_bytes_are_counted_too(clock: list[float]) -> None:
    peer = Budget(Limits(socket_bytes_per_second=100), 0)
    peer.spend(frame(10) + b"x" * 100 * BURST)
    assert peer.over == frames.POLICY
