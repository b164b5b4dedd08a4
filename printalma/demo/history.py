"""Two years of a shop that never was: when orders come, whose they are, and what becomes of them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from printalma.demo.carts import Customer, Product, cart, customer
from printalma.lib.clock import day_start
from printalma.orders.models import Status

DAYS = 730
HOUR = 3_600_000  # milliseconds, as all times here
GROWTH = 1.5  # the last day has so many times more orders than the first, on top of the first's
WEEK = (1.0, 0.9, 0.95, 1.0, 1.15, 1.35, 1.1)  # from Monday
DAY = (2, 1, 1, 1, 1, 2, 4, 8, 12, 16, 18, 18, 22, 20, 15, 14, 15, 18, 22, 26, 30, 26, 16, 7)
DECEMBER = 1.7
REJECTED, CANCELLED, STUCK = 0.025, 0.06, 0.004  # shares of the orders; STUCK of each step
RETURNING = 0.35  # customers for each order
# What happens to an order that is delivered in the end: the median hours each step takes, and how unequal they are.
STEPS = (
    (Status.CONFIRMED, 0.6, 1.1),
    (Status.PROCESSING, 3.0, 0.9),
    (Status.SHIPPED, 20.0, 0.6),
    (Status.DELIVERED, 52.0, 0.5),
)


@dataclass(frozen=True, slots=True)
class Past:
    """A cart that somebody sent at a moment, and what has become of the order until now."""

    at: datetime
    cart: dict[str, Any]
    moves: list[tuple[datetime, Status]]


def orders(count: int, products: Sequence[Product], now: datetime, zone: ZoneInfo, seed: int = 7) -> Iterator[Past]:
    """`count` orders until `now`, oldest first: always the same ones for the same products, moment and seed."""
    chance = random.Random(seed)
    known: list[Customer] = []
    most = max(1, round(count * RETURNING))
    for at in _moments(count, now, zone, chance):
        if not known or (len(known) < most and chance.random() < RETURNING + len(known) / most / 2):
            known.append(customer(len(known) + 1, chance))
        # Who came lately comes back more often.
        who = known[-1 - int(len(known) * chance.random() ** 2)]
        moves = [(_moment(then), status) for then, status in _moves(at, chance)]
        yield Past(_moment(at), cart(who, products, chance), [move for move in moves if move[0] < now])


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _moments(count: int, now: datetime, zone: ZoneInfo, chance: random.Random) -> Iterator[int]:
    """When each order comes, in order."""
    hours = [found for day in range(DAYS, -1, -1) for found in _hours(day, now, zone, chance)]
    whole = sum(weight for *_, weight in hours)
    reached, given = 0.0, 0
    for start, length, weight in hours:
        reached += weight
        here = round(count * reached / whole) - given
        given += here
        yield from sorted(start + int(length * chance.random()) for _ in range(here))


def _hours(days_ago: int, now: datetime, zone: ZoneInfo, chance: random.Random) -> Iterator[tuple[int, int, float]]:
    """A day's hours that have begun: their first moment, length and how many orders they attract."""
    day: date = now.astimezone(zone).date() - timedelta(days=days_ago)
    start, until = round(day_start(day, zone).timestamp() * 1000), round(now.timestamp() * 1000)
    length = round(day_start(day + timedelta(days=1), zone).timestamp() * 1000) - start
    season = (1 + GROWTH * (1 - days_ago / DAYS)) * WEEK[day.weekday()] * (DECEMBER if day.month == 12 else 1)
    season *= 0.75 + chance.random() / 2
    for n, weight in enumerate(DAY):
        begins = start + n * length // 24
        lasts = min(length // 24, until - begins)
        if lasts > 0:
            yield begins, lasts, season * weight * lasts / HOUR


def _moves(at: int, chance: random.Random) -> Iterator[tuple[int, Status]]:
    """What becomes of an order: most are delivered, some end early, a few are forgotten on the way."""
    fate = chance.random()
    if fate < REJECTED:
        yield at + round(HOUR * chance.lognormvariate(0, 1)), Status.REJECTED
        return
    ends = int(chance.random() * 3) if fate < REJECTED + CANCELLED else None
    for n, (status, hours, spread) in enumerate(STEPS):
        if chance.random() < STUCK:
            return
        at += round(HOUR * hours * chance.lognormvariate(0, spread))
        yield at, Status.CANCELLED if n == ends else status
        if n == ends:
            return
