"""How soon screens are told again, by a clock of our own."""

import pytest

from printalma.live.pace import Pace


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("took", "rest"),
    [(0.0, 0.0), (0.0001, 0.0002), (0.015, 0.03), (0.04, 0.08), (0.5, 0.1)],
)
def test_what_took_long_is_followed_by_a_pause_with_a_bound(took: float, rest: float) -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.left() == 0.0
    with pace.sending():
        clock.now += took
    assert pace.left() == pytest.approx(rest)
    clock.now += rest + 0.001
    assert pace.left() == 0.0, "an order that comes later waits for nothing"


def test_the_last_batch_counts() -> None:
    clock = Clock()
    pace = Pace(clock)
    with pace.sending():
        clock.now += 1.0
    with pace.sending():
        clock.now += 0.001
    assert pace.left() == pytest.approx(0.002)
