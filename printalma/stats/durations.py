"""Durations as the counters keep them: as precise as people tell them, so that a percentile is a walk over few rows."""

from collections.abc import Sequence
from datetime import timedelta

MINUTE, HOUR, DAY = 60, 3600, 86400
TEN_MINUTES = 10 * MINUTE


def kept(duration: timedelta) -> int:
    """Its seconds, cut to minutes; from an hour on to tens of minutes, from a day on to hours, from ten on to days."""
    seconds = max(0, int(duration.total_seconds()))
    precision = next((p for most, p in ((HOUR, MINUTE), (DAY, TEN_MINUTES), (10 * DAY, HOUR)) if seconds < most), DAY)
    return seconds // precision * precision


def percentile(counted: Sequence[tuple[int, int]], percent: int) -> int | None:
    """The seconds within which `percent` of the orders were done; `counted` is (seconds, orders), shortest first."""
    wanted = sum(orders for _, orders in counted) * percent
    seen = 0
    for seconds, orders in counted:
        seen += orders * 100
        if seen >= wanted and orders > 0:
            return seconds
    return None
