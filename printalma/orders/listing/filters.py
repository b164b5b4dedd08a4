"""What a list of orders is asked for, by the dashboard's address, and as SQL. By the API's query: asked.py.

The filters there are, a line each: choices.CHOICES.
"""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.accounts.policy import Sight
from printalma.db import table
from printalma.lib.clock import day_end, day_start, now, shop_day
from printalma.lib.letters import visible
from printalma.lib.validation import day_or_moment
from printalma.orders.holders import ME
from printalma.orders.listing.choices import BY_PAYMENT_STATUS, BY_STATUS, CHOICES, OF_FEW
from printalma.orders.listing.pagination import PAGE_SIZE, PAGE_SIZES, SETTLED, SORTS, Check, Cursor
from printalma.orders.models import Order, Status
from printalma.web.routing import url_for

MAX_SEARCH = 100
PERIODS = ("today", "yesterday", "week", "month", "custom")
_orders = table(Order)
_CONTROL = re.compile("[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]+")


@dataclass(frozen=True)
class OrderFilters:
    """A list of orders: which, in what order, and which page of it, of those that `sight` leaves to be seen.

    `chosen` has the values of each of CHOICES that is asked for. `first` and `last` are the days or the moments of a
    custom period, both included, either of them open. `me` is who asks for what is theirs: of such a list each has
    their own. A page begins behind `after` or ends in front of `before`.
    """

    sight: Sight
    search: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    period: str = ""
    first: date | datetime | None = None
    last: date | datetime | None = None
    sort: str = "newest"
    size: int = PAGE_SIZE
    after: Cursor | None = None
    before: Cursor | None = None
    me: int | None = None

    @classmethod
    def parse(cls, query: Mapping[str, list[str]], sight: Sight) -> "OrderFilters":
        """The list that an address asks for. What makes no sense is ignored: an address may be of any age."""
        one = {name: values[0] for name, values in query.items() if values}
        search = _CONTROL.sub(" ", visible(one.get("q", ""))).strip()[:MAX_SEARCH].strip()
        sort = one.get("sort", "")
        if sort not in SORTS or (search and not SORTS[sort].by_date):
            sort = cls.sort
        after, before = (Cursor.parse(one.get(name, ""), SORTS[sort].sort) for name in ("after", "before"))
        size = next((size for size in PAGE_SIZES if str(size) == one.get("size")), cls.size)
        chosen = chosen_of(query)
        return cls(
            sight,
            search,
            chosen,
            *_period(one),
            sort=sort,
            size=size,
            after=after,
            before=None if after else before,
            me=sight.user_id if ME in chosen.get("holder", ()) else None,
        )

    def query(self, **changes: Any) -> str:
        """The query string of this page, or of a list that differs by `changes`: of its first page, unless they name
        a cursor. Empty for the plain list."""
        chosen = {name: changes.pop(name) for name in CHOICES if name in changes}
        here = {} if changes or chosen else {"after": self.after, "before": self.before}
        asked = replace(self, **({"after": None, "before": None} | here | changes), chosen={**self.chosen, **chosen})
        named = [
            ("q", asked.search),
            *((name, value) for name in CHOICES for value in asked.chosen.get(name, ())),
            *(("period", asked.period), ("from", asked.first), ("to", asked.last)),
            ("sort", asked.sort if asked.sort != OrderFilters.sort else ""),
            ("size", asked.size if asked.size != OrderFilters.size else ""),
            *(("after", asked.after), ("before", asked.before)),
        ]
        return urlencode([(name, str(value)) for name, value in named if value])

    def address(self, **changes: Any) -> str:
        query = self.query(**changes)
        home = url_for("orders_list.orders")
        return f"{home}?{query}" if query else home

    @property
    def unfiltered(self) -> "OrderFilters":
        """Every order, in the same order."""
        return OrderFilters(self.sight, sort=self.sort, size=self.size)

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or self.chosen or self.period)

    @property
    def is_home(self) -> bool:
        """Whether new orders simply appear at the top of this page."""
        return self.sort == "newest" and not (self.is_filtered or self.after or self.before)

    @property
    def is_counted(self) -> bool:
        """Whether the shop's counters, by status and day, know how many orders there are, but for the words."""
        is_of_moments = isinstance(self.first, datetime) or isinstance(self.last, datetime)
        return not (self.chosen.keys() - {"status"} or is_of_moments or not self.sight.is_whole)

    @cached_property
    def statuses(self) -> tuple[Status, ...]:
        chosen = map(Status, self.chosen.get("status", Status))
        return tuple(s for s in chosen if all(CHOICES[name].concerns(s, self.chosen[name]) for name in self.chosen))

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

    def settled(self, today: date) -> "OrderFilters":
        """The list as it stays while it is read, on past midnight too: by date. By what changes, an order that changes
        meanwhile would be jumped over."""
        first, last = self.days(today)
        sort = self.sort if self.sort in SETTLED else "newest"
        return replace(self, sort=sort, period="custom" if first or last else "", first=first, last=last)

    def moments(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """Since when and until when, exclusively. A day means the shop's whole day."""
        first, last = self.days(shop_day(now(), zone))
        return _moment(first, zone, day_start), _moment(last, zone, day_end)

    def checks(self) -> list[Check]:
        """What an order must be, but for its words and its moment."""
        few = bool(self.chosen.keys() & OF_FEW)
        found = [CHOICES[name].check(values, self.me, few) for name, values in self.chosen.items()]
        return found + self.sight.where(user_id=_orders.c.user_id, status=_orders.c.status)

    def cells(self) -> list[list[Check]]:
        """The same in parts, each of which one index answers in the order of ids."""
        led = self._led()
        shared = replace(self, chosen={name: v for name, v in self.chosen.items() if name not in led}).checks()
        values = {name: self.chosen.get(name) or CHOICES[name].values for name in led} | {"status": self.statuses}
        found = []
        for cell in itertools.product(*(values[name] for name in led)):
            said = dict(zip(led, cell, strict=True))
            if all(CHOICES[name].concerns(Status(said["status"]), (value,)) for name, value in said.items()):
                found.append([*(CHOICES[name].column == value for name, value in said.items()), *shared])
        return found or [[sa.false()]]

    def _led(self) -> Sequence[str]:
        """What the index that is taken leads with: a status is always among it."""
        if not self.chosen or self.chosen.keys() & OF_FEW or ME in self.chosen.get("holder", ()):
            return ()
        if "paymentStatus" in self.chosen:
            return BY_PAYMENT_STATUS
        return BY_STATUS if "payment" in self.chosen else BY_STATUS[:1]


def chosen_of(asked: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What is chosen of CHOICES; what none of them offers is ignored."""
    found = {name: tuple(str(v) for v in CHOICES[name].values if v in asked.get(name, ())) for name in CHOICES}
    return {name: values for name, values in found.items() if values}


def _period(one: Mapping[str, str]) -> tuple[str, date | None, date | None]:
    """The period's name and its days. Days make a custom period without being told so, in either order."""
    period = one.get("period", "")
    if period in PERIODS[:-1]:
        return period, None, None
    first, last = _day(one.get("from", "")), _day(one.get("to", ""))
    if first and last and first > last:
        first, last = last, first
    return "custom" if first or last else "", first, last


def _day(text: str) -> date | None:
    try:
        found = day_or_moment(text)
    except ValueError:
        return None
    return None if isinstance(found, datetime) else found


def _moment(given: date | datetime | None, zone: ZoneInfo, edge: Callable[..., datetime]) -> datetime | None:
    """A moment means itself, in the shop's time zone unless it says another."""
    if isinstance(given, datetime):
        return given if given.tzinfo else given.replace(tzinfo=zone)
    return edge(given, zone) if given else None
