"""The page of the press: what it shows, at first and after each thing that happens."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from printalma.accounts.policy import Sight
from printalma.atelier import queries
from printalma.atelier.pieces import MADE, Board, Group, key_of
from printalma.db import Connection
from printalma.events.log import Record
from printalma.events.types import (
    OrderMended,
    OrderPlaced,
    OrderStatusChanged,
    PicturesChanged,
    PiecesTicked,
    PiecesUnticked,
    UnknownEvent,
)
from printalma.lib.clock import now
from printalma.lib.validation import whole
from printalma.orders.models import Status
from printalma.orders.service import A_MINUTE
from printalma.web.routing import url_for

MAX_READY = 100  # orders that are shown as ready, and as mended


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
            "pictures": _pictures(connection, board.drawn.values()),
            "products": () if self.order else queries.products(whole.works),
            "sent": self._sent(connection),
            "scanned": queries.order(connection, self.sight, self.order) if self.order else None,
            "most": MAX_READY,
        }

    def follow_events(self, connection: Connection, records: Sequence[Record]) -> str:
        """The fragments after these events: what they change, and no more."""
        events = [record.event for record in records]
        moved = {event.order_id for event in events if isinstance(event, OrderStatusChanged) and _matters(event)}
        ticked = [event for event in events if isinstance(event, PiecesTicked)]
        others = [event for event in events if isinstance(event, OrderMended | PicturesChanged | UnknownEvent)]
        ...
