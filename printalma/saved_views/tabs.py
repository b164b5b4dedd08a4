"""The tabs above the orders list: saved views, and how many orders each tab has."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app

from printalma.accounts.actor import Actor
from printalma.accounts.guard import signed_in_actor
from printalma.accounts.policy import ADMIN
from printalma.config import settings
from printalma.dashboard.list_page import number
from printalma.db import Connection
from printalma.orders import counters
from printalma.orders.listing import facets
from printalma.orders.listing import page as pages
from printalma.orders.listing.facets import Facets
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.listing.selection import MAX_COUNT, Selection
from printalma.orders.models import Status
from printalma.saved_views import queries
from printalma.saved_views.counting import Count, Numbers
from printalma.saved_views.models import MAX_NAME
from printalma.saved_views.queries import View
from printalma.web.pages import beside

FEW = 20_000  # orders, which are counted in some milliseconds

_NUMBERS = "printalma.saved_views.numbers"


@dataclass(frozen=True)
class Tab:
    """A saved view as somebody sees it; no `filters` where they cannot be read any more."""

    view: View
    filters: OrderFilters | None
    is_shown: bool
    may_change: bool

    @property
    def n(self) -> str | None:
        """How many orders it has, as far as anybody has counted."""
        return _told(_numbers().known(_bare(self.filters))) if self.filters else None


def shown(filters: OrderFilters) -> dict[str, Any]:
    """What the tabs of a list say to who looks at it."""
    actor = signed_in_actor()
    with beside() as connection:
        views = queries.seen_by(connection, actor)
    tabs = [_tab(view, filters, actor) for view in views]
    return {
        "tabs": tabs,
        "offers": filters.is_filtered and not any(tab.is_shown for tab in tabs),
        "query": replace(filters, size=OrderFilters.size).query(after=None),
        "for_team": actor.may(ADMIN),
        "most": MAX_NAME,
        "is_counted": bool(views) or _is_searched(filters),
    }


def by_status(filters: OrderFilters) -> dict[Status, str | None]:
    """How many orders of each status a list could show: counted at once in a shop of FEW, else as far as anybody has.
    What comes later moves what stands beside it. Where the shop's counters know, the list says it itself."""
    if not _is_searched(filters):
        return {}
    with beside() as connection:
        if sum(counters.by_status(connection).values()) <= FEW:
            _numbers().counted(connection, {_facets_of(filters): _counting_statuses(filters)})
    known = _numbers().known(_facets_of(filters)) or {}
    return {status: _told(known.get(status)) for status in Status}


def count(connection: Connection, filters: OrderFilters, actor: Actor) -> bool:
    """Count what those tabs say that is not so any more; whether that is all."""
    asked: dict[Hashable, Count[Any]] = {}
    for view in queries.seen_by(connection, actor):
        if (found := view.filters(actor.sight)) is not None:
            asked[_bare(found)] = _counting(found)
    if _is_searched(filters):
        asked[_facets_of(filters)] = _counting_statuses(filters)
    return _numbers().counted(connection, asked)


def _tab(view: View, filters: OrderFilters, actor: Actor) -> Tab:
    asked = view.filters(actor.sight)
    return Tab(view, asked, asked is not None and _bare(asked) == _bare(filters), view.may_change(actor))


def _counting(filters: OrderFilters) -> Count[tuple[int, bool]]:
    return lambda connection: pages.count(Selection(connection, filters, settings().shop_tz), MAX_COUNT)


def _counting_statuses(filters: OrderFilters) -> Count[Facets]:
    return lambda connection: facets.by_status(connection, filters, settings().shop_tz)


def _is_searched(filters: OrderFilters) -> bool:
    """Whether the shop's counters cannot tell."""
    return bool(filters.search) or not filters.is_counted


def _bare(filters: OrderFilters) -> OrderFilters:
    """Which orders, in whatever order."""
    return OrderFilters(filters.sight, filters.search, filters.chosen, filters.period, filters.first, filters.last)


def _facets_of(filters: OrderFilters) -> Hashable:
    chosen = {name: values for name, values in filters.chosen.items() if name != "status"}
    return "by status", replace(_bare(filters), chosen=chosen)


def _told(found: tuple[int, bool] | None) -> str | None:
    return None if found is None else number(*found)


def _numbers() -> Numbers[Any]:
    found: Numbers[Any] = current_app.extensions.setdefault(_NUMBERS, Numbers())
    return found
