"""The orders list: what it shows, and how it follows what happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import render_template

from printalma import refused
from printalma.config import settings
from printalma.dashboard.rows import STEPS, Rows
from printalma.db import Connection
from printalma.events.log import Record
from printalma.events.types import OrderStatusChanged
from printalma.lib import money
from printalma.lib.clock import now, shop_day
from printalma.lib.i18n import count
from printalma.orders import counters, holders, marks, past, queries
from printalma.orders.commands import MEANS
from printalma.orders.listing import page as pages
from printalma.orders.listing import suggestions
from printalma.orders.listing.choices import CHOICES
from printalma.orders.listing.filters import PERIODS, OrderFilters
from printalma.orders.listing.pagination import PAGE_SIZES, SORTS
from printalma.orders.listing.selection import MAX_COUNT
from printalma.orders.models import Status
from printalma.pictures import queries as pictures
from printalma.placing import just_placed
from printalma.placing.just_placed import order_of
from printalma.web.templating import fragments

OFFERED = {name: choice.values for name, choice in CHOICES.items()} | {
    "period": PERIODS,
    "sort": SORTS,
    "size": PAGE_SIZES,
    "means": MEANS,
}
ReadCounters = Callable[[Connection, str], counters.Counters]


@dataclass(frozen=True)
class OrderList:
    """The list as its address says it; on its plain first page new rows simply appear."""

    filters: OrderFilters

    @cached_property
    def name(self) -> str:
        return self.filters.address()

    @cached_property
    def came_from(self) -> str:
        return self.filters.query()

    def redraw(self, connection: Connection) -> str:
        return render_template("dashboard/_list_fragments.html", **self.shown(connection))

    def shown(self, connection: Connection) -> dict[str, Any]:
        """What the list's templates need."""
        found = pages.page(connection, self.filters, settings().shop_tz)
        told = refused.line(connection, self.filters.sight)
        more = {"page": found, "total": _total(found.total, found.more), "refused": told}
        more["meant"] = self._meant(connection) if self.filters.search and not found.total else []
        ids = [order.id for order in found.orders]
        more["rows"] = self._rows(connection, ids).all(found.orders)
        named = {"filters": self.filters, "came_from": self.came_from, "steps": STEPS, "shows": self.name}
        return named | {"offered": OFFERED} | self._counted(connection) | more

    def _meant(self, connection: Connection) -> list[tuple[suggestions.Suggestion, str]]:
        """What a search that finds nothing may have meant, and how many orders that has."""
        found = suggestions.suggested(connection, self.filters, settings().shop_tz)
        return [(each, number(each.total, each.more)) for each in found]

    def follow(self, connection: Connection, records: Sequence[Record]) -> str:
        """The fragments that tell of what happened. However many orders the list has, only those of the records are
        looked at: a search costs no more than a plain list."""
        orders = self._told_of(connection, records)
        accepted = self._accepted(connection, orders)
        new = _new(self.filters, records) & accepted
        moved = {order_of(record) for record in records if isinstance(record.event, OrderStatusChanged)}
        at_once = new if self.filters.is_home else set()
        arrived = [order for order in orders if order.id in at_once]
        rows = Rows(
            self.came_from,
            accepted,
            pictures.best_of(connection, [order.id for order in orders if order.sent_size]),
            holders.of(connection, sorted(moved - at_once)),
        )
        return fragments(
            "dashboard/_row_fragments.html",
            arrived=[order.id for order in arrived],
            arrived_rows=rows.all(arrived, fresh=True),
            moved=[(order.id, rows.one(order)) for order in orders if order.id in moved - at_once],
            elsewhere=sorted(new - at_once),
            touched=_touched(records),
            **self._counted_since(connection, bool(moved), any(order.marks for order in orders)),
        )

    def rows(self, connection: Connection, ids: Sequence[int]) -> str:
        """The rows of these orders, drawn anew where the page shows them."""
        orders = queries.rows(connection, ids)
        rows = self._rows(connection, ids, self._accepted(connection, orders))
        return render_template("dashboard/_rows.html", rows=[(order.id, rows.one(order)) for order in orders])

    def settled(self, connection: Connection, ids: Sequence[int]) -> str:
        """The same, and how many orders there are now for the team to look at."""
        return self.rows(connection, ids) + render_template("dashboard/_counts.html", **self._counted(connection))

    def pictured(self, connection: Connection, ids: Sequence[int]) -> str:
        """The thumbnails of these orders, where the page shows them: nothing else of their rows is touched."""
        ids = self._seen(connection, ids)
        return render_template("dashboard/_thumbnails.html", ids=ids, thumbnails=pictures.best_of(connection, ids))

    def held(self, connection: Connection, ids: Sequence[int]) -> str:
        """Who takes care of these orders now: nothing else of their rows is touched, unless the list asks for it."""
        if "holder" not in self.filters.chosen:
            shown = {"ids": self._seen(connection, ids), "holders": holders.of(connection, ids)}
            return render_template("dashboard/_holders.html", **shown)
        accepted = self._accepted(connection, queries.rows(connection, ids))
        return self.rows(connection, ids) + render_template("dashboard/_arrivals.html", ids=sorted(accepted))

    def printed(self, connection: Connection, ids: Sequence[int]) -> str:
        """The marks of these orders' papers, where the page shows them; a list of what is to be printed has them go."""
        if "toPrint" in self.filters.chosen:
            return self.rows(connection, ids)
        orders = queries.rows(connection, self._seen(connection, ids))
        return render_template("dashboard/_printed_fragments.html", orders=orders)

    def redraw_refused(self, connection: Connection) -> str:
        """The line that says how many refused orders wait to be looked at."""
        told = refused.line(connection, self.filters.sight)
        return render_template("refused/_line_fragment.html", refused=told)

    def _told_of(self, connection: Connection, records: Sequence[Record]) -> list[queries.OrderRow]:
        """Newest first. Who sees a part of the orders may not be told what happened since: only what is so now."""
        if self.filters.sight.is_whole:
            return just_placed.orders(connection, records)
        return queries.rows(connection, sorted({order_of(record) for record in records}))

    def _seen(self, connection: Connection, ids: Sequence[int]) -> Sequence[int]:
        if self.filters.sight.is_whole:
            return ids
        return [order.id for order in queries.rows(connection, ids) if self.filters.sight.includes(order)]

    def _rows(self, connection: Connection, ids: Sequence[int], accepted: set[int] | None = None) -> Rows:
        """As these orders are drawn; None: the list has all of them."""
        return Rows(self.came_from, accepted, pictures.best_of(connection, ids), holders.of(connection, ids))

    def _accepted(self, connection: Connection, orders: Sequence[queries.OrderRow]) -> set[int]:
        ids = [order.id for order in orders]
        if self.filters.is_filtered or not self.filters.sight.is_whole:
            return pages.matches(connection, self.filters, ids, settings().shop_tz)
        return set(ids)

    def _counted_since(self, connection: Connection, is_moved: bool, is_marked: bool) -> dict[str, Any]:
        """The counters after orders came or, if any `is_moved`, are in another status."""
        if is_moved:
            past.forget(connection)
        return self._counted(connection, past.read, is_moved or is_marked)

    def _counted(
        self, connection: Connection, read: ReadCounters = counters.read, is_looked_at: bool = True
    ) -> dict[str, Any]:
        """The counters, and with them how many orders of each status the list could show: None where only a search
        could tell. `total` is how many it has, in words, or None in the same case; `to_check` how many of all the
        shop's orders the team has to look at, None when as many as before. How the shop goes is for those who see all
        of it."""
        if not self.filters.sight.is_whole:
            return {"counters": None, "counts": None, "total": None, "to_check": None}
        to_check = number(marks.waiting(connection, MAX_COUNT + 1)) if is_looked_at else None
        today = shop_day(now(), settings().shop_tz)
        kept = read(connection, today.isoformat())
        if self.filters.search or not self.filters.is_counted:
            return {"counters": kept, "counts": None, "total": None, "to_check": to_check}
        period = counters.by_status(connection, *self.filters.days(today)) if self.filters.period else kept.by_status
        counts = {status: period.get(status, 0) for status in Status}
        total = sum(counts[status] for status in self.filters.statuses)
        told = {status: number(n) for status, n in counts.items()}
        return {"counters": kept, "counts": told, "total": _total(total), "to_check": to_check}


def _new(filters: OrderFilters, records: Sequence[Record]) -> set[int]:
    """The orders that came into the list by what happened, if its filters accept them."""
    found = set()
    for record in records:
        event = record.event
        if isinstance(event, OrderStatusChanged) and (event.previous in filters.statuses):
            continue
        found.add(order_of(record))
    return found


def _touched(records: Sequence[Record]) -> list[str]:
    """The statuses whose orders are more or fewer by what happened: a frame goes to every screen, so it is short."""
    events = [record.event for record in records]
    moved = [event for event in events if isinstance(event, OrderStatusChanged)]
    return sorted({status for event in moved for status in (event.previous, event.new)} | {Status.PENDING.value})


def _total(n: int, more: bool = False) -> str:
    return count("ui.list.total", n, shown=number(n, more))


def number(n: int, more: bool = False) -> str:
    """As the list writes how many there are: beyond 10,000 nobody counts."""
    most = MAX_COUNT
    told = money.counted(min(n, most))
    return f"{told}+" if more or n > most else told
