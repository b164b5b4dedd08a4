"""/dashboard/print: orders on paper, and what has been printed of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.cookies import YEAR
from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import ATELIER, DASHBOARD
from printalma.catalog import queries as catalog
from printalma.dashboard import artwork_paper
from printalma.dashboard.artwork_paper import Paper
from printalma.db import Connection
from printalma.letterhead.queries import letterhead
from printalma.lib.clock import now
from printalma.lib.errors import NotFound
from printalma.lib.i18n import count, t
from printalma.orders import history, queries
from printalma.orders.history import Note
from printalma.orders.models import Status
from printalma.orders.printed import Kind
from printalma.orders.queries import Details, ItemRow, OrderRow
from printalma.orders.serializers import address_lines
from printalma.papers import asked, picking, service
from printalma.papers.asked import Print
from printalma.papers.commands import NotPrinted, Printed
from printalma.print_checks import prints
from printalma.web.pages import drawing, is_fragment
from printalma.web.routing import url_for

VIEWS = {Kind.SLIP: 1, Kind.SHEET: None}  # of a line

bp = Blueprint("paper", __name__)


@dataclass(frozen=True)
class OnPaper:
    """An order on paper. `ended`: nothing of it is to be made or sent."""

    order: OrderRow
    ended: bool
    items: Sequence[ItemRow]
    address: Sequence[str]
    notes: Sequence[Note]
    paper: Paper


@bp.get("/dashboard/print")
@access(ATELIER)
def orders_on_paper() -> Response:
    """`?ids=1,2,3&as=slip|sheet|pick&paper=a4|…`. Ids nobody knows are left out. A slip says prices: the workshop's
    are others."""
    actor = signed_in_actor()
    with drawing() as connection:
        wanted = asked.parse(request.args.to_dict(flat=False), request.cookies, actor)
        seen = actor.page_sight.includes
        rows = {row.id: row for row in queries.rows(connection, wanted.ids) if seen(row)}
        if not rows:
            raise NotFound(t("orders.unknown"))
        orders = queries.details(connection, [rows[order_id] for order_id in wanted.ids if order_id in rows])
        shown = _picked(connection, orders) if wanted.kind == Kind.PICK else _papers(connection, wanted, orders)
        shown |= {"ended": [each.order for each in orders if _is_lost(each)]}
        shown |= {"going": [each.order for each in orders if not _is_lost(each)]}
        page = render_template("papers/print.html", print=wanted, kind=wanted.kind, **shown)
    return _remembered(Response(page), wanted)


@bp.post("/dashboard/print")
@access(ATELIER)
@keyed()
def note() -> AnyResponse:
    """The papers that the page shows were printed."""
    command, actor = Printed.parse(request.form, request.form.getlist("order")), signed_in_actor()
    return _answer(command.kind, noted=service.note(command, actor))


@bp.post("/dashboard/print/undo")
@access(ATELIER)
@keyed()
def take_back() -> AnyResponse:
    """They were not."""
    command, actor = NotPrinted.parse(request.form, request.form.getlist("order")), signed_in_actor()
    return _answer(command.kind, taken_back=service.take_back(command, actor))


def _answer(kind: Kind, noted: Sequence[Any] = (), taken_back: Sequence[Any] = ()) -> AnyResponse:
    """To the page's script, what can be said next; without one, back to where the orders are."""
    if is_fragment():
        ids = [order_id for order_id, _ in taken_back]
        # The papers are those of before, whatever has happened since.
        shown = {"kind": kind, "noted": noted, "ids": ids, "is_back": True, "since": request.form["since"]}
        return Response(render_template("papers/_print_note.html", **shown))
    said = count(f"papers.noted.{kind}", len(noted)) if noted else t("papers.nothing_noted")
    flash(said, "done")
    is_team = signed_in_actor().may(DASHBOARD)
    return redirect(url_for("orders_list.orders" if is_team else "atelier.page"), 303)


def _remembered(response: Response, wanted: Print) -> Response:
    """This device prints that on this paper from now on, if somebody has chosen it."""
    if request.args.get("paper") == wanted.paper:
        name, is_secure = asked.cookie_of(wanted.kind), request.is_secure
        response.set_cookie(name, wanted.paper, max_age=YEAR, httponly=True, samesite="Lax", secure=is_secure)
    return response


def _papers(connection: Connection, wanted: Print, orders: Sequence[Details]) -> dict[str, Any]:
    papers, pictures = artwork_paper.shown(connection, orders, most=VIEWS[wanted.kind])
    return {
        "orders": [_on_paper(connection, details, papers[details.order.id]) for details in orders],
        "pictures": pictures,
        "scales": prints.scales(connection, [item for details in orders for item in details.items]),
        "letterhead": letterhead(connection),
    }


def _picked(connection: Connection, orders: Sequence[Details]) -> dict[str, Any]:
    return {
        "orders": orders,
        "printed_at": now(),
        "product_pictures": catalog.pictures(connection),
        "shelves": picking.shelves([each for each in orders if not _is_lost(each)]),
    }


def _on_paper(connection: Connection, details: Details, paper: Paper) -> OnPaper:
    order = details.order
    return OnPaper(
        order=order,
        ended=_is_lost(details),
        items=details.items,
        address=address_lines(order),
        notes=history.notes(connection, order.id) if order.noted else [],
        paper=paper,
    )


def _is_lost(details: Details) -> bool:
    return Status(details.order.status).is_lost
