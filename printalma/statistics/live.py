"""The bridge from events to the page of numbers: its tiles move with every order.

The charts do not: they cost more than a row, and a chart that jumps with every order says nothing. The page asks for
them itself, twice a minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template

from printalma.accounts.policy import Sight
from printalma.config import settings
from printalma.db import Connection
from printalma.events import renderings
from printalma.events.renderings import View
from printalma.lib import money
from printalma.lib.clock import now, shop_day
from printalma.statistics.periods import CHOICES, Period
from printalma.statistics.report import report, tiles
from printalma.web.routing import url_for


@dataclass(frozen=True)
class Numbers:
    """The page of numbers about `period`."""

    period: Period

    @property
    def name(self) -> str:
        return self.period.address

    def redraw(self, connection: Connection) -> str:
        return render_template("statistics/_fragments.html", **self.shown(connection))

    def follow_orders(self, connection: Connection) -> str:
        """The fragments after orders came or moved."""
        shown = tiles(connection, now(), settings().shop_tz)
        return render_template("statistics/_tiles_fragment.html", tiles=shown)

    def shown(self, connection: Connection) -> dict[str, Any]:
        """What the page's templates need."""
        moment, shop = now(), settings()
        span = self.period.compared(moment, shop.shop_tz).now
        return {
            "shows": self.name,
            "view": self,
            "choices": CHOICES,
            "span": span,
            "is_running": span.last == shop_day(moment, shop.shop_tz),
            "tiles": tiles(connection, moment, shop.shop_tz),
            "report": report(connection, self.period, moment, shop.shop_tz, shop.shop_currency),
            "currency": money.symbol(shop.shop_currency),
        }


def register() -> None:
    renderings.register_view(parse_view)


def parse_view(path: str, query: Mapping[str, list[str]], _sight: Sight) -> View | None:
    return Numbers(Period.parse(query)) if path == url_for("numbers.numbers") else None
