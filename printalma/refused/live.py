"""What refused orders do to screens and phones: a line above the list, their own list, and news of who tries again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from flask import render_template

from printalma.accounts.policy import Sight
from printalma.db import Connection
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import ADMINS, PushNotice, Rendering, View
from printalma.events.types import OrderRefused, OrderRefusedAgain, RefusedOrdersSeen
from printalma.lib.clock import iso
from printalma.lib.i18n import t
from printalma.lib.validation import whole
from printalma.refused import queries
from printalma.refused.models import ABOUT, MAX_KEPT
from printalma.refused.shown import Shown, why
from printalma.web.routing import url_for

LAST_PAGE = MAX_KEPT // queries.PAGE_SIZE + 1


@runtime_checkable
class HasLine(Protocol):
    """A view that says how many refused orders wait to be looked at."""

    def redraw_refused(self, connection: Connection, /) -> str:
        """The fragment that says so."""
        ...


@dataclass(frozen=True)
class RefusedList:
    """A page of the refused orders, newest first."""

    page: int

    @classmethod
    def at(cls, page: str | None) -> "RefusedList":
        return cls(min(max(whole(page) or 1, 1), LAST_PAGE))

    @property
    def name(self) -> str:
        return self.address(self.page)

    @staticmethod
    def address(page: int) -> str:
        return url_for("refused.listed", page=page if page > 1 else None)

    def redraw(self, connection: Connection) -> str:
        return render_template("refused/_list_fragment.html", **self.shown(connection))

    def shown(self, connection: Connection) -> dict[str, Any]:
        """What the page's templates need."""
        page = queries.page(connection, self.page)
        return {"shows": self.name, "view": self, "page": page, "orders": [Shown(row) for row in page.rows]}


def register() -> None:
    for kind in (OrderRefused, RefusedOrdersSeen):
        renderings.register(kind, Rendering(paint, json=None, push=None))
    renderings.register(OrderRefusedAgain, Rendering(paint_again, json=None, push=push_again))
    renderings.register_view(parse_view)


def parse_view(path: str, query: Mapping[str, list[str]], sight: Sight) -> View | None:
    if path != url_for("refused.listed") or not queries.may_see(sight):
        return None
    return RefusedList.at(query.get("page", [""])[0])


def paint(connection: Connection, view: View, _records: Sequence[Record]) -> str:
    """The line above the list, and the list of the refused ones."""
    if isinstance(view, HasLine):
        return view.redraw_refused(connection)
    return view.redraw(connection) if isinstance(view, RefusedList) else ""


def paint_again(connection: Connection, view: View, records: Sequence[Record]) -> str:
    """The same, and a notice: a front end may refuse this customer for ever."""
    told = render_template("refused/_announcements.html", announcements=list(map(_announcement, records)))
    return told + paint(connection, view, records)


def push_again(record: Record) -> list[PushNotice]:
    event = record.event
    assert isinstance(event, OrderRefusedAgain)
    notification = {
        "type": "ORDER_REFUSED",
        "title": t("refused.again"),
        "message": why(event.status),
        "data": {},
        "timestamp": iso(record.at),
    }
    where = url_for("refused.one", refused_id=event.refused_id), url_for("refused.listed")
    tag = f"refused-{event.refused_id}"
    return [PushNotice(ADMINS, "refused", tag, "push.many_refused", *where, notification, about=ABOUT)]


def _announcement(record: Record) -> dict[str, Any]:
    event = record.event
    assert isinstance(event, OrderRefusedAgain)
    href = url_for("refused.one", refused_id=event.refused_id)
    return {"id": record.id, "href": href, "actor": record.actor_id or ""}
