"""The arithmetic of charts, periods, clocks and durations: but for one address, no shop."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from printalma.orders.counters import quarter_of, rounded, start_of
from printalma.statistics.charts import MAX_INTERVALS, MAX_LABELS, Point, chart, share, ticks
from printalma.statistics.periods import Period, Span, months_before
from printalma.statistics.queries import stretches
from printalma.statistics.report import percentile
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (5, [0, 2, 4, 6]),
        (87, [0, 50, 100]),
        (1388, [0, 500, 1000, 1500]),
        (8999, [0, 5000, 10000]),
    ],
)
def test_an_axis_has_few_round_steps(most: int, expected: list[int]) -> None:
    assert ticks(most) == expected


def test_any_axis_reaches_what_it_shows() -> None:
    for most in [*range(1, 2000), 10**11 + 7]:
        steps = ticks(most)
        assert steps[-1] >= most > steps[-2]
        assert len(steps) <= MAX_INTERVALS + 1


@pytest.mark.parametrize("n", [1, 7, 12, 24, 30, 92, 1096])
def test_bars_stay_in_their_box_and_their_labels_apart(n: int) -> None:
    drawn = chart([Point(str(i), f"day {i}", i % 90, f"{i % 90} orders") for i in range(n)], str)
    for bar, after in pairwise(drawn.bars):
        assert bar.x + bar.width <= after.x + 0.01
    for i, bar in enumerate(drawn.bars):
        assert bar.x >= 0
        assert bar.x + bar.width <= 100.01
        assert bar.y >= 0
        assert bar.y + bar.height == pytest.approx(100, abs=0.02)
        assert (bar.height > 0) == (i % 90 > 0)
    assert 1 <= len(drawn.labels) <= MAX_LABELS
    assert drawn.is_empty == (n == 1)


def test_little_is_not_nothing_and_less_than_nothing_is() -> None:
    assert share(1, 1_000_000) > 0.5
    assert share(0, 10) == share(-3, 10) == 0
    assert share(10, 10) == 100
    assert chart([Point("a", "a", -5, "-5")], str).is_empty


def compared(name: str, moment: str) -> tuple[Span, Span]:
    found = Period(name).compared(datetime.fromisoformat(moment).replace(tzinfo=PARIS), PARIS)
    return found.now, found.before


def days(first: str, last: str, until: str | None = None) -> Span:
    end = datetime.fromisoformat(until).replace(tzinfo=PARIS) if until else None
    return Span(date.fromisoformat(first), date.fromisoformat(last), end)


@pytest.mark.parametrize(
    ("name", "moment", "now", "before"),
    [
        ("today", "2026-11-25T14:10", ("2026-11-25", "2026-11-25"), ("2026-11-24", "2026-11-24", "2026-11-24T14:10")),
        ("week", "2026-11-23T00:05", ("2026-11-23", "2026-11-23"), ("2026-11-16", "2026-11-16", "2026-11-16T00:05")),
        ("week", "2026-11-29T23:59", ("2026-11-23", "2026-11-29"), ("2026-11-16", "2026-11-22", "2026-11-22T23:59")),
        ("7d", "2026-11-25T14:10", ("2026-11-19", "2026-11-25"), ("2026-11-12", "2026-11-18", "2026-11-18T14:10")),
        ("month", "2026-11-30T14:10", ("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-30", "2026-10-30T14:10")),
        ("month", "2026-03-28T14:10", ("2026-03-01", "2026-03-28"), ("2026-02-01", "2026-02-28", "2026-02-28T14:10")),
        ("month", "2026-03-31T14:10", ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        ("month", "2027-01-01T08:00", ("2027-01-01", "2027-01-01"), ("2026-12-01", "2026-12-01", "2026-12-01T08:00")),
        ("year", "2027-01-01T08:00", ("2027-01-01", "2027-01-01"), ("2026-01-01", "2026-01-01", "2026-01-01T08:00")),
        ("year", "2028-02-29T08:00", ("2028-01-01", "2028-02-29"), ("2027-01-01", "2027-02-28")),
    ],
)
def test_a_period_is_compared_with_the_one_before_up_to_the_same_time_of_day(
    name: str, moment: str, now: tuple[str, str], before: tuple[str, ...]
) -> None:
    assert compared(name, moment) == (days(*now), days(*before))


@ON_SQLITE
def test_days_of_ones_own(common_shop: Inside) -> None:
    moment = datetime(2026, 11, 25, 14, 10, tzinfo=PARIS)
    past = Period.parse({"from": ["2026-11-10"], "to": ["2026-11-01"]})
    with common_shop.app.app_context():
        assert past.address == "/dashboard/numbers?from=2026-11-01&to=2026-11-10"
    found = past.compared(moment, PARIS)
    assert (found.now, found.before) == (days("2026-11-01", "2026-11-10"), days("2026-10-22", "2026-10-31"))
    open_end = Period.parse({"from": ["2026-11-24"], "to": ["2030-01-01"]}).compared(moment, PARIS)
    assert open_end.now == days("2026-11-24", "2026-11-25")
    assert open_end.before == days("2026-11-22", "2026-11-23", "2026-11-23T14:10")


@pytest.mark.parametrize("query", [{"period": ["x"]}, {"from": ["2026-11-01"]}, {"from": ["0001-01-01"], "to": ["x"]}])
def test_what_makes_no_sense_is_the_usual_period(query: dict[str, list[str]]) -> None:
    assert Period.parse(query) == Period()


def test_a_long_period_is_cut_at_its_beginning() -> None:
    moment = datetime(2026, 11, 25, 14, 10, tzinfo=PARIS)
    found = Period.parse({"from": ["2001-01-01"], "to": ["2100-01-01"]}).compared(moment, PARIS).now
    assert found == Span(date(2026, 11, 25) - timedelta(days=1095), date(2026, 11, 25))


def test_months_before() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 1) == date(2025, 12, 15)
    assert months_before(date(2028, 2, 29), 12) == date(2027, 2, 28)


@pytest.mark.parametrize("zone", ["Europe/Paris", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Dakar"])
def test_stretches_tell_the_clock_of_every_quarter(zone: str) -> None:
    clock = ZoneInfo(zone)
    first, end = (quarter_of(datetime(2026, month, 1, tzinfo=UTC)) for month in (2, 12))
    seen = first
    for begin, upto, offset in stretches(first, end, clock):
        assert begin == seen < upto
        for quarter in range(begin, upto):
            local = start_of(quarter).astimezone(clock)
            assert ((quarter + offset) // 4 % 24, (quarter + offset) % 4) == (local.hour, local.minute // 15)
        seen = upto
    assert seen == end


@pytest.mark.parametrize(
    ("taken", "seconds"), [(-5, 0), (59, 0), (61, 60), (3599, 3540), (7800, 7800), (7850, 7800), (90_000, 90_000)]
)
def test_durations_are_kept_as_they_are_told(taken: int, seconds: int) -> None:
    assert rounded(timedelta(seconds=taken)) == seconds
    assert (
        rounded(timedelta(days=20, seconds=taken)) == 20 * 86400 + (0 if taken < 86400 else 86400) - (taken < 0) * 86400
    )


def test_percentiles() -> None:
    assert percentile([], 50) is None
    assert percentile([(60, 1)], 90) == 60
    assert percentile([(60, 5), (120, 4), (600, 1)], 50) == 60
    assert percentile([(60, 5), (120, 4), (600, 1)], 90) == 120
    assert percentile([(60, 1), (120, 1)], 90) == 120
