"""What durations say that were counted."""

from collections.abc import Sequence


def percentile(counted: Sequence[tuple[int, int]], percent: int) -> int | None:
    """The seconds within which `percent` of the orders were done; `counted` is (seconds, orders), shortest first."""
    wanted = sum(orders for _, orders in counted) * percent
    seen = 0
    for seconds, orders in counted:
        seen += orders * 100
        if seen >= wanted and orders > 0:
            return seconds
    return None
