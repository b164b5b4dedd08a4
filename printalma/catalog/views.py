"""The products' pages."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import ADMIN
from printalma.catalog import queries, service
from printalma.catalog.commands import SaveProduct, SetStock
from printalma.catalog.live import SHELF, Shelf
from printalma.config import settings
from printalma.db import reading
from printalma.events import log
from printalma.lib import money
from printalma.lib.errors import NotFound, Refused
from printalma.lib.i18n import t
from printalma.lib.validation import whole

bp = Blueprint("catalog", __name__, url_prefix=SHELF)


@bp.get("")
@access(ADMIN)
def products() -> str:
    with reading() as connection:
        since = log.last_id(connection)
        return render_template("catalog/list.html", since=since, **Shelf().shown(connection))


@bp.post("/<int:product_id>/stock")
@access(ADMIN)
@keyed(by_content=True)
def set_stock(product_id: int) -> AnyResponse:
    """From HTMX the counts as they are now, else 303 back to the list."""
    problem = None
    try:
        service.set_stock(product_id, SetStock.from_form(request.form), signed_in_actor().id)
    except Refused as refused:
        problem = refused
    if "HX-Request" not in request.headers:
        flash(problem.message if problem else t("catalog.saved"), "problem" if problem else "done")
        return redirect(SHELF, 303)
    with reading() as connection:
        counts = Shelf().follow_orders(connection)
    told = render_template("catalog/_told.html", problem=problem)
    return Response(counts + told, problem.status if problem else 200)


@bp.get("/new")
@access(ADMIN)
def new() -> str:
    return _form(None, {"active": "on"})


@bp.post("/new")
@access(ADMIN)
@keyed()
def add() -> AnyResponse | str:
    try:
        service.add(SaveProduct.from_form(request.form, settings().shop_currency), signed_in_actor().id)
    except Refused as refused:
        return Response(_form(None, request.form, refused), refused.status)
    flash(t("catalog.saved"), "done")
    return redirect(SHELF, 303)


@bp.get("/<int:product_id>")
@access(ADMIN)
def edit(product_id: int) -> str:
    with reading() as connection:
        product = queries.by_id(connection, product_id)
    if product is None:
        raise NotFound(t("catalog.unknown"))
    return _form(product_id, _as_form(product))


@bp.post("/<int:product_id>")
@access(ADMIN)
@keyed()
def save(product_id: int) -> AnyResponse | str:
    form = request.form
    try:
        command = SaveProduct.from_form(form, settings().shop_currency)
        service.change(
            product_id,
            whole(form.get("version")) or 0,
            whole(form.get("stock_was")),
            command,
            signed_in_actor().id,
        )
    except NotFound:
        raise
    except Refused as refused:
        return Response(_form(product_id, form, refused), refused.status)
    flash(t("catalog.saved"), "done")
    return redirect(SHELF, 303)


def _form(product_id: int | None, fields: Mapping[str, Any], problem: Refused | None = None) -> str:
    with reading() as connection:
        since = log.last_id(connection)
    errors = {error.field.partition(".")[0]: error.message for error in problem.errors} if problem else {}
    return render_template(
        "catalog/form.html",
        product_id=product_id,
        fields=fields,
        problem=problem,
        errors=errors,
        since=since,
        currency=settings().shop_currency,
    )


def _as_form(product: Any) -> dict[str, str]:
    stock = "" if product.stock is None else str(product.stock)
    return {
        "name": product.name,
        "description": product.description,
        "price": money.typed(product.price, settings().shop_currency),
        "sizes": ", ".join(product.sizes),
        "colors": ", ".join(product.colors),
        "stock": stock,
        "stock_was": stock,
        "version": str(product.version),
        "active": "on" if product.active else "",
    }
