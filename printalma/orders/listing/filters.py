"""What the dashboard's list is asked for: its address, read and written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from printalma.accounts.policy import Sight
from printalma.lib.letters import visible
from printalma.orders.commands import PAYMENTS
from printalma.orders.listing.pagination import SORTS, Cursor
from printalma.orders.models import Status

HOME = "/dashboard"
MAX_SEARCH = 100
SIZES = (20, 50, 100)
PERIODS = ("today", "yesterday", "week", "month", "custom")

_CONTROL = re.compile("[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]+")


@dataclass(frozen=True)
class OrderFilters:
    """A list of orders: which, in what order, and which page of it, of those that `sight` leaves to be seen.

    `first` and `last` are the days of a custom period, both included, either of them open. A page begins behind
    `after` or ends in front of `before`.
    """

    sight: Sight
    search: str = ""
    statuses: tuple[Status, ...] = ()
    period: str = ""
    first: date | None = None
    last: date | None = None
    payments: tuple[str, ...] = ()
    sort: str = "newest"
    size: int = 50
    after: Cursor | None = None
    before: Cursor | None = None

    @classmethod
    def parse(cls, query: Mapping[str, list[str]], sight: Sight) -> "OrderFilters":
        """The list that an address asks for. What makes no sense is ignored: an address may be of any age."""
        period, first, last = _period(query)
        sort = _one(query, "sort") if _one(query, "sort") in SORTS else cls.sort
        after, before = (Cursor.parse(_one(query, name), SORTS[sort]) for name in ("after", "before"))
        return cls(
            sight,
            search=_CONTROL.sub(" ", visible(_one(query, "q"))).strip()[:MAX_SEARCH].strip(),
            statuses=tuple(status for status in Status if status in query.get("status", ())),
            period=period,
            first=first,
            last=last,
            payments=tuple(payment for payment in PAYMENTS if payment in query.get("payment", ())),
            sort=sort,
            size=next((size for size in SIZES if str(size) == _one(query, "size")), cls.size),
            after=after,
            before=None if after else before,
        )

    def query(self, **changes: Any) -> str:
        """The query string of this page, or of a list that differs by `changes`: of its first page, unless they name
        a cursor. Empty for the plain list."""
        asked = replace(self, **({"after": None, "before": None} | changes)) if changes else self
        named = [
            ("q", asked.search),
            *(("status", status.value) for status in asked.statuses),
            ("period", asked.period),
            ("from", asked.first or ""),
            ("to", asked.last or ""),
            *(("payment", payment) for payment in asked.payments),
            ("sort", asked.sort if asked.sort != OrderFilters.sort else ""),
            ("size", asked.size if asked.size != OrderFilters.size else ""),
            ("after", asked.after or ""),
            ("before", asked.before or ""),
        ]
        return urlencode([(name, str(value)) for name, value in named if value])

    def address(self, **changes: Any) -> str:
        query = self.query(**changes)
        return f"{HOME}?{query}" if query else HOME

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or self.statuses or self.period or self.payments)

    @property
    def is_home(self) -> bool:
        """Whether new orders simply appear at the top of this page."""
        return self.sort == "newest" and not (self.is_filtered or self.after or self.before)

    def days(self, today: date) -> tuple[date | None, date | None]:
        """The first and the last day of the period, both included; None leaves that side open."""
        return {
            "": (None, None),
            "today": (today, today),
            "yesterday": (today - timedelta(days=1), today - timedelta(days=1)),
            "week": (today - timedelta(days=today.weekday()), today),
            "month": (today.replace(day=1), today),
            "custom": (self.first, self.last),
        }[self.period]


def _one(query: Mapping[str, list[str]], name: str) -> str:
    return (query.get(name) or [""])[0]


def _period(query: Mapping[str, list[str]]) -> tuple[str, date | None, date | None]:
    """The period's name and its days. Days make a custom period without being told so, in either order."""
    period = _one(query, "period")
    if period in PERIODS[:-1]:
        return period, None, None
    first, last = _day(_one(query, "from")), _day(_one(query, "to"))
    if first and last and first > last:
        first, last = last, first
    return "custom" if first or last else "", first, last


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return found if found and 1970 <= found.year <= 9998 else None
