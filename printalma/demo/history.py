"""Two years of a shop that never was: when orders come, who places them, and what becomes of them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from printalma.db import Row
from printalma.demo.people import FIRST_NAMES, LAST_NAMES, NOTES, PLACES, STREETS
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
PAYMENTS = ("CASH_ON_DELIVERY",) * 6 + ("PAYTECH",) * 3 + ("OTHER",)
# What happens to an order that is delivered in the end: the median hours each step takes, and how unequal they are.
STEPS = (
    (Status.CONFIRMED, 0.6, 1.1),
    (Status.PROCESSING, 3.0, 0.9),
    (Status.SHIPPED, 20.0, 0.6),
    (Status.DELIVERED, 52.0, 0.5),
)

Moves = list[tuple[int, Status]]


@dataclass(frozen=True, slots=True)
class Customer:
    name: str
    email: str
    phone: str
    street: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Line:
    product: Row
    quantity: int
    size: str | None
    color: str | None


@dataclass(frozen=True, slots=True)
class MadeUp:
    """An order as it came, and its moves until now."""

    at: int
    day: str
    customer: Customer
    lines: Sequence[Line]
    payment: str
    notes: str
    moves: Moves


def orders(count: int, products: Sequence[Row], now: datetime, zone: ZoneInfo, seed: int = 7) -> Iterator[MadeUp]:
    """`count` orders until `now`, oldest first: always the same ones for the same products, moment and seed."""
    chance = random.Random(seed)
    known: list[Customer] = []
    most = max(1, round(count * RETURNING))
    until = round(now.timestamp() * 1000)
    for day, at in _moments(count, now, zone, chance):
        if len(known) < most and chance.random() < RETURNING + len(known) / most / 2:
            known.append(_customer(len(known), chance))
        # Who came lately comes back more often.
        customer = known[-1 - int(len(known) * chance.random() ** 2)] if known else _customer(0, chance)
        lines = [_line(product, chance) for product in _chosen(products, chance)]
        moves = [(moment, status) for moment, status in _moves(at, chance) if moment < until]
        yield MadeUp(at, day, customer, lines, chance.choice(PAYMENTS), chance.choice(NOTES), moves)


def _moments(count: int, now: datetime, zone: ZoneInfo, chance: random.Random) -> Iterator[tuple[str, int]]:
    """The shop's day and the moment of each order, in order."""
    hours = [found for day in range(DAYS, -1, -1) for found in _hours(day, now, zone, chance)]
    whole = sum(weight for *_, weight in hours)
    reached, given = 0.0, 0
    for day, start, length, weight in hours:
        reached += weight
        here = round(count * reached / whole) - given
        given += here
        yield from ((day, at) for at in sorted(start + int(length * chance.random()) for _ in range(here)))


def _hours(
    days_ago: int, now: datetime, zone: ZoneInfo, chance: random.Random
) -> Iterator[tuple[str, int, int, float]]:
    """A day's hours that have begun: their day, first moment, length and how many orders they attract."""
    day: date = now.astimezone(zone).date() - timedelta(days=days_ago)
    start, until = round(day_start(day, zone).timestamp() * 1000), round(now.timestamp() * 1000)
    length = round(day_start(day + timedelta(days=1), zone).timestamp() * 1000) - start
    season = (1 + GROWTH * (1 - days_ago / DAYS)) * WEEK[day.weekday()] * (DECEMBER if day.month == 12 else 1)
    season *= 0.75 + chance.random() / 2
    for n, weight in enumerate(DAY):
        begins = start + n * length // 24
        lasts = min(length // 24, until - begins)
        if lasts > 0:
            yield day.isoformat(), begins, lasts, season * weight * lasts / HOUR


def _customer(serial: int, chance: random.Random) -> Customer:
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    city, country, code = chance.choice(PLACES)
    number = f"{chance.randrange(10**7, 10**8):08}"
    return Customer(
        name=f"{first} {last}",
        email=f"client{serial + 1}@example.org",
        phone=f"+{code} 7{number[0]} {number[1:4]} {number[4:6]} {number[6:]}",
        street=f"{1 + int(chance.random() * 98)} {chance.choice(STREETS)}",
        city=city,
        country=country,
    )


def _chosen(products: Sequence[Row], chance: random.Random) -> Sequence[Row]:
    """One to three products, the first of the catalogue more often than the last."""
    wanted = min(len(products), chance.choice((1, 1, 1, 1, 2, 2, 3)))
    found = {int(len(products) * chance.random() ** 1.6) for _ in range(wanted)}
    return [products[n] for n in sorted(found)]


def _line(product: Row, chance: random.Random) -> Line:
    size = chance.choice(product.sizes) if product.sizes else None
    return Line(
        product, chance.choice((1, 1, 1, 2, 3)), size, chance.choice(product.colors) if product.colors else None
    )


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
