"""What the catalogue's events look like: the shelf follows, and what runs out is told where orders are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from printalma.accounts.policy import Sight
from printalma.catalog import queries, words
from printalma.config import settings
from printalma.db import Connection
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import ADMINS, PushNotice, Rendering, View
from printalma.events.types import ProductAdded, ProductChanged, ProductRanLow
from printalma.lib.clock import iso
from printalma.web.routing import url_for


@dataclass(frozen=True)
class Shelf:
    """The list of products."""

    @property
    def name(self) -> str:
        return url_for("catalog.products")

    def redraw(self, connection: Connection) -> str:
        return render_template("catalog/_shelf_fragments.html", **self.shown(connection))

    def follow_orders(self, connection: Connection) -> str:
        """Orders take from the shelf: the fragments that bring every count up to date; half-typed ones stay."""
        return render_template("catalog/_counts.html", **self.shown(connection))

    def shown(self, connection: Connection) -> dict[str, Any]:
        """What the list's templates need."""
        products = queries.everything(connection)
        return {
            "shows": self.name,
            "products": products,
            "pictures": queries.pictures(connection),
            "twins": queries.twins(products),
            "sold_out": queries.sold_out(connection),
            "low": settings().shop_low_stock,
        }


def register() -> None:
    for kind in (ProductAdded, ProductChanged):
        renderings.register(kind, Rendering(html=paint, json=None, push=None))
    renderings.register(ProductRanLow, Rendering(html=paint_low, json=None, push=push_low))
    renderings.register_view(parse_view)


def parse_view(path: str, _query: Mapping[str, list[str]], _sight: Sight) -> View | None:
    return Shelf() if path == Shelf().name else None


def paint(connection: Connection, view: View, _records: Sequence[Record]) -> str:
    """The fragments by which pages follow what happened to products: the list, and how many run out."""
    return ending(connection) + (view.redraw(connection) if isinstance(view, Shelf) else "")


def paint_low(connection: Connection, _view: View, records: Sequence[Record]) -> str:
    """News of what runs out; the list has followed the order."""
    told = [(record.id, record.event) for record in records]
    return ending(connection) + render_template("catalog/_announcements.html", announcements=told)


def ending(connection: Connection) -> str:
    """The number of products that run out, as it stands on every page of the team."""
    n = len(queries.running_low(connection, settings().shop_low_stock))
    return render_template("catalog/_ending_fragment.html", ending=n)


def push_low(record: Record) -> list[PushNotice]:
    event = record.event
    assert isinstance(event, ProductRanLow)
    notification = {
        "type": "PRODUCT_RAN_LOW",
        "title": words.title(event),
        "message": words.detail(event),
        "data": {"productId": event.product_id},
        "timestamp": iso(record.at),
    }
    where = url_for("catalog.edit", product_id=event.product_id), url_for("catalog.products")
    return [PushNotice(ADMINS, "low", f"product-{event.product_id}", "push.many_low", *where, notification)]
