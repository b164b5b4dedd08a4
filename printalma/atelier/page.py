"""The page of the press: what it shows, at first and after each thing that happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from printalma.accounts.policy import Sight
from printalma.atelier import queries, visuals
from printalma.atelier.changes import Change, Touched
from printalma.db import Connection
from printalma.events.log import Record
from printalma.lib.clock import now
from printalma.lib.validation import whole
from printalma.orders.service import TAKE_BACK_WITHIN
from printalma.web.routing import url_for

MAX_READY = 100  # orders that are shown as ready, and as mended
MAX_TOUCHED = 100  # orders of which a page is told one by one: of more it is drawn anew


@dataclass(frozen=True)
class Press:
    """What is to be made, of all orders or of one; of one product or of all."""

    sight: Sight
    product: int | None = None
    order: int | None = None

    @classmethod
    def parse(cls, query: Mapping[str, Sequence[str]], sight: Sight) -> "Press":
        """What makes no sense is ignored."""
        one = {name: whole(values[0]) for name, values in query.items() if values}
        return cls(sight, None if one.get("order") else one.get("product"), one.get("order"))

    @property
    def name(self) -> str:
        return self.address()

    def address(self, view: str = "page") -> str:
        return url_for(f"atelier.{view}", product=self.product, order=self.order)

    @staticmethod
    def leaves(order: queries.Sent) -> int:
        """In how many seconds nobody can take it back any more."""
        return max(0, round((order.shipped_at + TAKE_BACK_WITHIN - now()).total_seconds()))

    def redraw(self, connection: Connection) -> str:
        return render_template("atelier/_fragment.html", **self.shown(connection))

    def shown(self, connection: Connection) -> dict[str, Any]:
        """What the page's template needs."""
        whole = queries.board(connection, self.sight, self.order)
        board = queries.of_product(whole, self.product)
        return {
            "shows": self.name,
            "press": self,
            "whole": whole,
            "board": board,
            "pictures": visuals.of(connection, board.drawn.values()),
            "products": () if self.order else queries.products(whole.works),
            "sent": self._sent(connection),
            "scanned": queries.order(connection, self.sight, self.order) if self.order else None,
            "most": MAX_READY,
        }

    def follow_events(self, connection: Connection, records: Sequence[Record]) -> str:
        """The fragments after these events: what they change, and no more."""
        touched = Touched.by(records)
        if self.order is not None:
            return self.redraw(connection) if touched.is_anew or self.order in touched.orders else ""
        if touched.is_anew or len(touched.orders) > MAX_TOUCHED:
            return self.redraw(connection)
        is_here = touched.ticked or touched.moved or queries.are_made(connection, touched.pictured)
        return self.changes(connection, touched) if is_here else ""

    def changes(self, connection: Connection, touched: Touched) -> str:
        whole = queries.board(connection, self.sight)
        board = queries.of_product(whole, self.product)
        change = Change(board, whole, touched, queries.lines(connection, touched.moved))
        pictures = visuals.of(connection, [*change.come, *change.pictured])
        sent = [order for order in self._sent(connection) if order.id in touched.moved]
        shown = {"press": self, "whole": whole, "board": board, "change": change, "pictures": pictures, "sent": sent}
        return render_template("atelier/_changes.html", **shown, most=MAX_READY)

    def _sent(self, connection: Connection) -> list[queries.Sent]:
        """What may still be taken back."""
        found = queries.sent(connection, self.sight, now() - TAKE_BACK_WITHIN)
        return [order for order in found if self.order in (None, order.id)]
