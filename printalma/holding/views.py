"""Taking care of orders and giving them back, from an order's page or from rows of the list."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import DASHBOARD
from printalma.dashboard.detail_page import OrderPage
from printalma.db import reading
from printalma.holding import service
from printalma.lib.errors import Invalid, Refused
from printalma.lib.i18n import t
from printalma.lib.validation import whole
from printalma.orders import holders, queries
from printalma.web import pages
from printalma.web.routing import url_for

MOST = 100  # orders at once, as many as rows are moved at once

bp = Blueprint("holding", __name__)


@bp.post("/dashboard/orders/hold")
@access(DASHBOARD)
def hold() -> AnyResponse:
    """Take the orders that the form names, or give them back. Each says who had it on the page: "id:user", or "id:"."""
    seen, problem = _seen(request.form.getlist("order")), None
    if request.form.get("act") == "give":
        service.give_back(list(seen), signed_in_actor())
    else:
        problem = _refused(seen, service.take(seen, signed_in_actor()))
    if pages.is_fragment():
        return Response(_fragments(list(seen)) + render_template("_problem.html", problem=problem))
    if problem is not None:
        flash(problem.message, "problem")
    return redirect(_page(next(iter(seen))).address() if len(seen) == 1 else url_for("orders_list.orders"), 303)


def _seen(said: Sequence[str]) -> Mapping[int, int | None]:
    pairs = [order.partition(":") for order in said[:MOST]]
    found = {whole(order_id): whole(user_id) for order_id, _, user_id in pairs}
    if not found or None in found:
        raise Invalid(t("ui.move.nothing"))
    return {order_id: user_id for order_id, user_id in found.items() if order_id is not None}


def _refused(seen: Mapping[int, int | None], mine: set[int]) -> Refused | None:
    """What is said where somebody else was faster, or where nothing is left to take care of."""
    left = sorted(seen.keys() - mine)
    if not left:
        return None
    with reading() as connection:
        held = holders.of(connection, left)
    first = next((held[order_id] for order_id in left if order_id in held), None)
    return Refused(t("holding.faster", who=first.person.name) if first else t("holding.ended"))


def _fragments(order_ids: Sequence[int]) -> str:
    """What changes on the page from which the form was sent: rows, or the order's own line."""
    sight = signed_in_actor().sight
    with reading() as connection:
        ids = [order.id for order in queries.rows(connection, order_ids) if sight.includes(order)]
        held = holders.of(connection, ids)
        own = _page(ids[0]).attended(connection) if len(ids) == 1 else ""
    return render_template("dashboard/_holders.html", ids=ids, holders=held) + own


def _page(order_id: int) -> OrderPage:
    return OrderPage.asked(order_id, request.args.to_dict(flat=False), signed_in_actor().sight)
