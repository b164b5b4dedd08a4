"""What the page of numbers tells, read and put into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from printalma.db import Connection
from printalma.lib.i18n import t
from printalma.orders.models import EARNING, TIMED, Status
from printalma.statistics import durations, outcomes, spans, words
from printalma.statistics.charts import share
from printalma.statistics.outcomes import Sold
from printalma.statistics.periods import Period
from printalma.statistics.series import Pair, by_days, by_months, hours, pair
from printalma.statistics.spans import NOTHING, Span, Totals

TILES = ("today", "week", "month")
DAYS_SHOWN = 92  # more of them are told by month
PRODUCTS_DRAWN = 8
PRODUCTS_LISTED = 50


@dataclass(frozen=True)
class Tile:
    """A period and how it compares with the one before; `until` says when that was, `is_cut` that it ends early."""

    name: str
    now: Totals
    before: Totals
    until: str
    is_cut: bool
    orders: words.Change | None
    revenue: words.Change | None


@dataclass(frozen=True)
class Wait:
    """How long orders took to get somewhere; None when none did."""

    status: str
    median: str | None
    most: str | None


@dataclass(frozen=True)
class Ranked:
    """A product or status with its bar, in percent of the longest."""

    name: str
    totals: Totals
    length: float
    quantity: int = 0


@dataclass(frozen=True)
class Report:
    tile: Tile
    average: int | None
    waits: Sequence[Wait]
    days: Pair | None
    by_month: bool
    hours: Pair
    products: Sequence[Ranked]
    best: Sequence[Ranked]
    statuses: Sequence[Ranked]


def tiles(connection: Connection, moment: datetime, zone: ZoneInfo) -> list[Tile]:
    """Today, this week and this month."""
    return [_tile(connection, Period(name), moment, zone) for name in TILES]


def report(connection: Connection, period: Period, moment: datetime, zone: ZoneInfo, currency: str) -> Report:
    """Everything about `period` as of `moment`."""
    tile = _tile(connection, period, moment, zone)
    span = period.compared(moment, zone).now
    by_status = outcomes.by_status(connection, span)
    earning = sum((by_status.get(status, NOTHING) for status in EARNING), NOTHING)
    days = by_months if (by_month := (span.last - span.first).days >= DAYS_SHOWN) else by_days
    products = _ranked(outcomes.by_product(connection, span))
    return Report(
        tile=tile,
        average=round(earning.revenue / earning.orders) if earning.orders > 0 else None,
        waits=[_wait(connection, span, status) for status in TIMED],
        days=pair(days(spans.by_day(connection, span), span), currency) if span.last > span.first else None,
        by_month=by_month,
        hours=pair(hours(spans.by_hour(connection, span, zone)), currency),
        products=products,
        best=products[:PRODUCTS_DRAWN],
        statuses=_statuses(by_status),
    )


def _tile(connection: Connection, period: Period, moment: datetime, zone: ZoneInfo) -> Tile:
    compared = period.compared(moment, zone)
    now, before = (spans.totals(connection, span, zone) for span in (compared.now, compared.before))
    return Tile(
        name=period.name,
        now=now,
        before=before,
        until=words.span(compared.before, compared.now.last.year, zone),
        is_cut=compared.before.until is not None,
        orders=words.change(now.orders, before.orders),
        revenue=words.change(now.revenue, before.revenue),
    )


def _wait(connection: Connection, span: Span, status: Status) -> Wait:
    counted = outcomes.taken(connection, span, status)
    median, most = (durations.percentile(counted, percent) for percent in (50, 90))
    return Wait(status, words.duration(median), words.duration(most))


def _ranked(sold: Sequence[Sold]) -> list[Ranked]:
    """The best in full and all others in one line."""
    listed, others = sold[:PRODUCTS_LISTED], sold[PRODUCTS_LISTED:]
    most = max((product.revenue for product in listed), default=0)
    found = [Ranked(p.name, Totals(p.orders, p.revenue), share(p.revenue, most), p.quantity) for p in listed]
    if others:
        rest = sum((Totals(product.orders, product.revenue) for product in others), NOTHING)
        found.append(Ranked(t("ui.numbers.others", n=len(others)), rest, 0, sum(p.quantity for p in others)))
    return found


def _statuses(found: Mapping[str, Totals]) -> list[Ranked]:
    most = max((totals.orders for totals in found.values()), default=0)
    return [
        Ranked(status, found.get(status, NOTHING), share(found.get(status, NOTHING).orders, most)) for status in Status
    ]
