"""The list's rows. A row is drawn once for each kind that there is, and into that an order's own words are put: most of
what a screen is told of an order is its row, of which nine tenths are like the last one's."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

from flask import current_app
from jinja2 import Template
from markupsafe import Markup, escape

from printalma.config import settings
from printalma.dashboard import waiting
from printalma.lib import money
from printalma.lib.clock import iso
from printalma.lib.letters import cut
from printalma.orders import payments
from printalma.orders.holders import Holder
from printalma.orders.models import Status
from printalma.orders.queries import OrderRow
from printalma.web.routing import url_for
from printalma.web.templating import shown_moment

STEPS = {status.value: status.step for status in Status}
KINDS = 1024  # a kilobyte each; more of them are drawn anew
_PLACE = re.compile("\0([a-z]+)\0")  # what no text holds


class Kind(NamedTuple):
    """All of a row but its order's own words. `state` is "fresh", "left" (the list's filter) or "", `waits` a word of
    waiting.word and the hours that it means, `pictures` the one picture, None while that is on its way."""

    state: str
    status: str
    waits: tuple[str, int]
    chip: str | None
    has_city: bool
    noted: int
    marks: str
    printed: int
    pictures: tuple[str | None, ...]
    holder: Holder | None


class Words(NamedTuple):
    """What only this order's row says."""

    id: str
    key: str
    address: str
    customer: str
    city: str
    number: str
    iso: str
    received: str
    method: str
    amount: str
    summary: str


_PLACES = Words._make(f"\0{name}\0" for name in Words._fields)


class Rows:
    """The rows of one list: `came_from` is its query, `accepted` the orders that its filter has, None if all."""

    def __init__(
        self,
        came_from: str,
        accepted: Collection[int] | None = None,
        thumbnails: Mapping[int, str | None] | None = None,
        holders: Mapping[int, Holder] | None = None,
    ) -> None:
        self._came_from = came_from or None
        self._accepted = accepted
        self._thumbnails = thumbnails or {}
        self._holders = holders or {}
        self._template = current_app.jinja_env.get_template("dashboard/_row.html")

    def all(self, orders: Sequence[OrderRow], fresh: bool = False) -> Markup:
        """One behind the other."""
        return Markup("".join(self.one(order, fresh) for order in orders))  # noqa: S704 -- each of them is escaped

    def one(self, order: OrderRow, fresh: bool = False) -> Markup:
        words = {name: escape(word) for name, word in zip(Words._fields, self._words(order), strict=True)}
        return Markup(_form(self._template, self._kind(order, fresh)) % words)  # noqa: S704 -- each word is escaped

    def _kind(self, order: OrderRow, fresh: bool) -> Kind:
        left = self._accepted is not None and order.id not in self._accepted
        return Kind(
            "left" if left else "fresh" if fresh else "",
            order.status,
            waiting.lateness(order),
            payments.chip(order),
            bool(order.shipping_city),
            order.noted,
            order.marks,
            order.printed,
            (self._thumbnails[order.id],) if order.id in self._thumbnails else (),
            self._holders.get(order.id),
        )

    def _words(self, order: OrderRow) -> Words:
        return Words(
            str(order.id),
            f"{order.id}:{order.version}",
            url_for("dashboard.order", order_id=order.id, list=self._came_from),
            cut(order.customer, 100),
            cut(order.shipping_city, 60),
            order.number,
            iso(order.created_at),
            shown_moment(order.created_at),
            cut(payments.label(order.payment_method), 60),
            money.shown(order.total, settings().shop_currency),
            order.summary,
        )


@lru_cache(KINDS)
def _form(template: Template, kind: Kind) -> str:
    """A row of this kind, with places for words: "%(number)s"."""
    order = SimpleNamespace(**kind._asdict(), **_PLACES._asdict())
    thumbnails = {order.id: kind.pictures[0]} if kind.pictures else {}
    holders = {order.id: kind.holder}
    drawn = template.render(order=order, step=STEPS[kind.status], thumbnails=thumbnails, holders=holders)
    return _PLACE.sub(r"%(\1)s", drawn.replace("%", "%%"))
