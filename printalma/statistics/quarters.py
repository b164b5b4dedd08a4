"""Quarters of an hour since 1970 in UTC, and the shop's clock read from them."""

from bisect import bisect_left
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from printalma.orders.counters import QUARTER_SECONDS, start_of

DAY = 96  # quarters


def stretches(first: int, end: int, zone: ZoneInfo) -> Iterator[tuple[int, int, int]]:
    """The quarters from `first` up to `end` in stretches (from, up to, offset) whose clock is ahead of UTC by
    `offset` quarters. A zone does not change its clock twice within a day."""

    def offset(quarter: int) -> int:
        ahead = start_of(quarter).astimezone(zone).utcoffset()
        assert ahead is not None, "aware moments have an offset"
        return int(ahead.total_seconds()) // QUARTER_SECONDS

    begin = at = first
    while at < end:
        step, ahead = min(at + DAY, end), offset(begin)
        if offset(step) != ahead:
            change = at + bisect_left(range(at, step), True, key=lambda quarter: offset(quarter) != ahead)
            yield begin, change, ahead
            begin = change
        at = step
    if begin < end:
        yield begin, end, offset(begin)
