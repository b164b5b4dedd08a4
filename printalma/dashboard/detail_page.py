"""The page of one order: what it shows, at first and after each thing that happens to the order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from flask import render_template

from printalma.accounts.policy import Sight
from printalma.clearing import page as to_check
from printalma.config import settings
from printalma.dashboard import artwork_page, customers_page, payment_page, progress
from printalma.db import Connection
from printalma.events.log import Record
from printalma.events.types import (
    OrderMarkCleared,
    OrderMended,
    OrderNoted,
    OrderPaymentNoted,
    OrderPlaced,
    OrderPrinted,
    OrderStatusChanged,
    OrderStatusTakenBack,
)
from printalma.lib import phones
from printalma.lib.i18n import t
from printalma.lib.letters import cut
from printalma.mending import difference
from printalma.mending.form import is_offered
from printalma.orders import history, holders, marks, payments, printed, queries
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.listing.page import neighbours
from printalma.orders.models import Status
from printalma.orders.queries import Details, OrderRow
from printalma.orders.serializers import address_lines
from printalma.placing import taken
from printalma.web.routing import url_for, view_at

ARTWORK = "artwork"


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `kind` dresses it: a status, "note", "cleared", "mended" or an act of money. `changes`
    are sentences."""

    id: int
    at: datetime
    kind: str
    what: str
    actor: str
    note: str | None = None
    link: str | None = None
    changes: Sequence[str] = ()


@dataclass(frozen=True)
class OrderPage:
    """One order, and the list one came from: it has a way back and neighbours in it. `is_all`: with all of its
    artwork, however much that is."""

    order_id: int
    filters: OrderFilters
    is_all: bool = False

    @classmethod
    def parse(cls, path: str, query: Mapping[str, list[str]], sight: Sight) -> "OrderPage | None":
        """/dashboard/orders/<id>?list=<the list's query, quoted>; None for any other path."""
        endpoint, values = view_at(path) or ("", {})
        return cls.asked(values["order_id"], query, sight) if endpoint == "dashboard.order" else None

    @classmethod
    def asked(cls, order_id: int, query: Mapping[str, list[str]], sight: Sight) -> "OrderPage":
        return cls(order_id, came_from(query, sight), query.get("all") == [ARTWORK])

    @property
    def name(self) -> str:
        return self.address()

    def address(self, order_id: int | None = None, view: str = "order", to: str = "", **named: str | int) -> str:
        """Where this order is, or another one of the same list, or what is done to it."""
        here = {"order_id": order_id or self.order_id, "list": self.filters.query() or None}
        if self.is_all and order_id is None and not to:
            here["all"] = ARTWORK
        return url_for(to or f"dashboard.{view}", **here | named)

    def paper(self, kind: str) -> str:
        """Where the order is on paper, as `kind` (slip or sheet)."""
        named = {"ids": self.order_id, "as": kind, "list": self.filters.query() or None}
        return url_for("paper.orders_on_paper", **named)

    def redraw(self, connection: Connection) -> str:
        return render_template("dashboard/_order_fragments.html", **self.shown(connection))

    def attended(self, connection: Connection) -> str:
        """The line that says who takes care of the order, and who looks at it."""
        order = queries.by_id(connection, self.order_id)
        if order is None or not self.filters.sight.includes(order):
            return ""
        return render_template(
            "dashboard/_attended_fragment.html", view=self, order=order, **holders.shown(connection, order.id)
        )

    def shown(self, connection: Connection) -> dict[str, Any]:
        """What the order's templates need; `details` is None for an order that is not there, or not to be seen."""
        details = queries.details_by_id(connection, self.order_id)
        if details is None or not self.filters.sight.includes(details.order):
            return {"details": None}
        happened = history.of_order(connection, self.order_id)
        previous, following = neighbours(connection, self.filters, details.order, settings().shop_tz)
        return {
            "shows": self.name,
            "view": self,
            "details": details,
            "previous": previous,
            "following": following,
            "taken": history.taken(happened),
            "timeline": [_entry(_placed_by(details.order, happened), record) for record in happened],
            **_steps(details.order, happened),
            **_delivery(details),
            **holders.shown(connection, self.order_id),
            **artwork_page.shown(connection, details, self.is_all),
            **to_check.shown(connection, details),
            **customers_page.shown(connection, details, self.filters.sight),
            **payment_page.shown(details),
        }


def came_from(query: Mapping[str, list[str]], sight: Sight) -> OrderFilters:
    """The list that a page's ?list= names; the plain one when it makes no sense."""
    try:
        return OrderFilters.parse(parse_qs((query.get("list") or [""])[0], max_num_fields=50), sight)
    except ValueError:
        return OrderFilters(sight)


def _steps(order: OrderRow, happened: Sequence[Record]) -> dict[str, Any]:
    """What may be done with it next."""
    moves = [record for record in happened if isinstance(record.event, OrderStatusChanged)]
    return {
        "moves": marks.transitions(Status(order.status), order.marks),
        "hold": marks.hold(order.status, order.marks),
        "back": history.previous(moves),
        "progress": progress.steps(order, moves),
        "mendable": is_offered(Status(order.status)),
    }


def _placed_by(order: OrderRow, happened: Sequence[Record]) -> str:
    """What the customer was called first, whatever the team has made of it since."""
    mended = (record.event for record in happened if isinstance(record.event, OrderMended))
    names = (change["before"] for event in mended for change in event.changes if change["what"] == "name")
    return next(names, None) or order.customer


def _entry(placed_by: str, record: Record) -> Entry:
    event, entry = record.event, partial(Entry, record.id, record.at)
    if isinstance(event, OrderNoted):
        return entry("note", t("ui.order.noted"), event.by, event.text)
    if isinstance(event, OrderMended):
        changes = [difference.sentence(change) for change in event.changes]
        return entry("mended", t("mending.happened"), event.by, event.reason, changes=changes)
    if isinstance(event, OrderPrinted):
        return entry("printed", printed.sentence(event), event.by)
    if isinstance(event, OrderMarkCleared):
        what = marks.settled(event.mark, event.done)
        return entry("cleared", what, event.by, event.text or None, event.link)
    if isinstance(event, OrderPaymentNoted):
        return entry(event.act, payments.sentence(event), event.by, event.note)
    if isinstance(event, OrderStatusChanged):
        what = t(f"statuses.{event.new}")
        if isinstance(event, OrderStatusTakenBack):
            what = t("ui.back.taken", status=what)
        return entry(event.new.lower(), what, event.changed_by, event.note, changes=history.said(event))
    if isinstance(event, OrderPlaced):
        if event.taken_by is not None:
            return entry("placed", t("entry.happened", channel=taken.label(event.channel or "")), event.taken_by)
        return entry("placed", t("ui.order.placed"), cut(placed_by, 100))
    return entry("unknown", t("ui.order.unknown_event"), t("ui.order.newer_release"))


def _delivery(details: Details) -> dict[str, Any]:
    """The address, the lines of it that forms of carriers ask for one by one, and the ways to reach the customer."""
    order = details.order
    address = address_lines(order)
    street = ", ".join(part for part in (order.shipping_street, order.shipping_apartment) if part)
    city = " ".join(part for part in (order.shipping_postal_code, order.shipping_city) if part)
    regions = phones.region(order.shipping_country), settings().shop_country
    lines = {"name": address[0], "street": street, "city": city}
    return {
        "address": address,
        "address_parts": {name: line for name, line in lines.items() if line},
        "dialled": phones.dialled(order.phone, *regions),
        "whatsapp": phones.whatsapp(order.phone, *regions),
    }
