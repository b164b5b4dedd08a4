"""What the catalogue's events look like: the shelf's counts follow, everything else is for the audit trail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from printalma.accounts.policy import Sight
from printalma.catalog import queries
from printalma.config import settings
from printalma.db import Connection
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import Rendering, View
from printalma.events.types import ProductAdded, ProductChanged
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
    renderings.register_view(parse_view)


def parse_view(path: str, _query: Mapping[str, list[str]], _sight: Sight) -> View | None:
    return Shelf() if path == Shelf().name else None


def paint(connection: Connection, view: View, _records: Sequence[Record]) -> str:
    """The fragments by which the list follows what happened to products."""
    return view.redraw(connection) if isinstance(view, Shelf) else ""
