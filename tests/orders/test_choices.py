"""What is written twice, as a type that checkers read has to be, says the same twice."""

from typing import get_args

from printalma.delivery.models import PROVIDERS
from printalma.orders.commands import PAYMENTS
from printalma.orders.listing.choices import OPEN, Marked, ToPrint
from printalma.orders.marks import Mark
from printalma.orders.payments import GATEWAYS
from printalma.orders.printed import Kind


def test_each_mark_and_each_paper_can_be_asked_for() -> None:
    assert get_args(Marked) == (OPEN, *Mark)
    assert get_args(ToPrint) == (OPEN, *Kind)


def test_the_ways_to_pay_are_the_same_wherever_they_are_listed() -> None:
    """On offer they stand in another order."""
    assert set(PROVIDERS) == set(PAYMENTS)
    assert len(PROVIDERS) == len(PAYMENTS)
    assert set(GATEWAYS) < set(PAYMENTS)
