"""The page on which an order is typed in, also for one that was refused."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import DASHBOARD
from printalma.db import Row
from printalma.entry import form, page, service
from printalma.lib.errors import NotFound, Refused
from printalma.lib.i18n import t
from printalma.refused import queries as refused
from printalma.refused import sent
from printalma.web.pages import draw_form, drawing
from printalma.web.routing import url_for

bp = Blueprint("entry", __name__)


@bp.get("/dashboard/orders/new")
@access(DASHBOARD)
def new() -> str:
    return _form(form.EMPTY)


@bp.get("/dashboard/orders/new/customer")
@access(DASHBOARD)
def customer() -> str:
    """To the page's script: who orders with a telephone number."""
    with drawing() as connection:
        found = form.known(connection, request.args.get("phone", ""), signed_in_actor().sight)
    return render_template("entry/_known.html", known=found)


@bp.post("/dashboard/orders/new")
@access(DASHBOARD)
@keyed()
def take() -> AnyResponse:
    if "known" in request.form:
        return Response(_with_known())
    return _taken(None, lambda: service.take(request.form, signed_in_actor()))


@bp.get("/dashboard/refused/<int:refused_id>/order")
@access(DASHBOARD)
def refused_one(refused_id: int) -> AnyResponse | str:
    row = _refused(refused_id)
    if row.order_id is not None:
        flash(t("refused.taken_up", number=row.order_number), "problem")
        return redirect(url_for("dashboard.order", order_id=row.order_id), 303)
    with drawing() as connection:
        fields = form.as_sent(connection, sent.read(row.body).fields)
    return _form(fields, row)


@bp.post("/dashboard/refused/<int:refused_id>/order")
@access(DASHBOARD)
@keyed()
def take_up(refused_id: int) -> AnyResponse:
    row = _refused(refused_id)
    return _taken(row, lambda: service.take_up(refused_id, request.form, signed_in_actor()))


def _taken(row: Row | None, act: Callable[[], int]) -> AnyResponse:
    """On to the new order's page; refused, the form again with what was typed."""
    try:
        order_id = act()
    except NotFound:
        raise
    except Refused as problem:
        return Response(_form(request.form, row, problem), problem.status)
    flash(t("entry.saved"), "done")
    return redirect(url_for("dashboard.order", order_id=order_id), 303)


def _with_known() -> str:
    """Without a script, a button fills in what is known of whose number that is."""
    with drawing() as connection:
        found = form.known(connection, request.form.get("phone", ""), signed_in_actor().sight)
    typed = {name: value for name, value in request.form.items() if value.strip()}
    return _form(request.form.to_dict() | found | typed)


def _refused(refused_id: int) -> Row:
    with drawing() as connection:
        row = refused.by_id(connection, refused_id) if refused.may_see(signed_in_actor().sight) else None
    if row is None:
        raise NotFound(t("refused.unknown"))
    return row


def _form(fields: Mapping[str, str], row: Row | None = None, problem: Refused | None = None) -> str:
    with drawing() as connection:
        return draw_form(
            "entry/form.html",
            {f"quantity_{row}": "1" for row in form.rows(fields)} | dict(fields),
            problem,
            refused_order=row,
            **page.shown(connection, fields),
        )
