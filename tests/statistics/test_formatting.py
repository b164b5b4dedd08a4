"""How the page of numbers says what it compares."""

import pytest

from printalma.statistics.formatting import change
from tests.support.inside import Inside


@pytest.mark.parametrize(
    ("now", "before", "orders_before", "told"),
    [
        (678, 1, 1, None),
        (20, 9, 9, None),
        (20, 10, 10, ("up", "+100 %")),
        (5_000, 10_000, 10, ("down", "−50 %")),
        (10, 10, 10, ("same", "stable")),
        (3, 0, 0, None),
    ],
)
def test_a_percentage_is_of_more_than_a_few_orders(
    now: int, before: int, orders_before: int, told: tuple[str, str] | None, shop: Inside
) -> None:
    found = change(now, before, orders_before)
    assert (found and (found.direction, found.text.replace("\xa0", " ").replace("\u202f", " "))) == told
