"""The page of what is to collect: by day and carrier, and the orders of one of these."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import render_template

from printalma.accounts.policy import Sight
from printalma.db import Connection
from printalma.lib.lenient import as_line
from printalma.lib.validation import day_or_moment
from printalma.payments import queries
from printalma.payments.queries import MAX_LISTED, Asked, Sum
from printalma.web.routing import url_for


@dataclass(frozen=True)
class ToCollect:
    asked: Asked

    @classmethod
    def parse(cls, query: Mapping[str, list[str]], sight: Sight) -> "ToCollect":
        """What makes no sense is ignored: an address may be of any age."""
        one = {name: values[0] for name, values in query.items() if values}
        try:
            day = day_or_moment(one.get("day"))
        except ValueError:
            day = None
        carrier = as_line(one["carrier"]) or "" if "carrier" in one else None
        return cls(Asked(sight, None if isinstance(day, datetime) else day, carrier))

    @property
    def name(self) -> str:
        return self.address()

    def address(self, view: str = "page", **changes: Any) -> str:
        asked = replace(self.asked, **changes)
        return url_for(f"to_collect.{view}", day=asked.day and asked.day.isoformat(), carrier=asked.carrier)

    def of(self, each: Sum) -> str:
        """Where the orders of this day and carrier are."""
        return self.address(day=each.day, carrier=each.carrier)

    def redraw(self, connection: Connection) -> str:
        return render_template("payments/_fragment.html", **self.shown(connection))

    def follow_orders(self, connection: Connection) -> str:
        return self.redraw(connection)

    def shown(self, connection: Connection) -> dict[str, Any]:
        """What the page's templates need."""
        sums, more = queries.sums(connection, self.asked)
        return {
            "shows": self.name,
            "view": self,
            "sums": sums,
            "more": more,
            "orders_n": sum(each.orders for each in sums),
            "amount": sum(each.amount for each in sums),
            "orders": queries.piece(connection, self.asked, MAX_LISTED),
        }
