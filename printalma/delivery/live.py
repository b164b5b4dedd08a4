"""What a change of delivery or payment becomes: the page of settings follows, checkouts ask again at each visit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from printalma.accounts.policy import Sight
from printalma.db import Connection
from printalma.delivery import queries
from printalma.delivery.known import duration
from printalma.delivery.models import DAYS, Kind
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import Rendering, View
from printalma.events.types import DeliveryChanged, DeliveryImported, PaymentsOffered
from printalma.web.routing import url_for


@dataclass(frozen=True)
class Settings:
    """The page of all settings."""

    @property
    def name(self) -> str:
        return url_for("delivery_settings.page")

    def redraw(self, connection: Connection) -> str:
        return render_template("delivery/_fragments.html", **self.shown(connection))

    def shown(self, connection: Connection) -> dict[str, Any]:
        """What the page's templates need."""
        found = {kind: queries.all_of(connection, kind) for kind in Kind}
        return {
            "shows": self.name,
            "found": found,
            "offered": queries.offered(connection),
            "is_empty": not any(found.values()),
            "duration": duration,
            "days": DAYS,
        }


def register() -> None:
    for kind in (DeliveryChanged, DeliveryImported, PaymentsOffered):
        renderings.register(kind, Rendering(html=paint, json=None, push=None))
    renderings.register_view(parse_view)


def parse_view(path: str, _query: Mapping[str, list[str]], _sight: Sight) -> View | None:
    return Settings() if path == Settings().name else None


def paint(connection: Connection, view: View, _records: Sequence[Record]) -> str:
    """The fragments by which the page follows what happened to its settings."""
    return view.redraw(connection) if isinstance(view, Settings) else ""
