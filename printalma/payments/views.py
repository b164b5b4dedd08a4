"""What is to collect, as a page and as a file for the carrier's round."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request, stream_with_context

from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import DASHBOARD
from printalma.config import settings
from printalma.db import reading
from printalma.lib import money
from printalma.lib.clock import now, shop_day
from printalma.lib.i18n import t
from printalma.lib.spreadsheets import BOM, as_text, lines
from printalma.orders import payments
from printalma.orders.queries import OrderRow
from printalma.orders.serializers import address_lines
from printalma.payments import queries
from printalma.payments.page import ToCollect
from printalma.web.pages import drawing

COLUMNS = ("day", "carrier", "number", "customer", "phone", "address", "total", "paid", "to_collect", "currency")
CHUNK = 500

bp = Blueprint("to_collect", __name__)


@bp.get("/dashboard/to-collect")
@access(DASHBOARD)
def page() -> str:
    with drawing() as connection:
        shown = _view().shown(connection)
    return render_template("payments/to_collect.html", **shown)


@bp.get("/dashboard/to-collect.csv")
@access(DASHBOARD)
def csv() -> Response:
    """All orders of the page that the query asks for."""
    name = t("to_collect.file", day=shop_day(now(), settings().shop_tz).isoformat())
    answer = Response(stream_with_context(_parts(_view())), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _view() -> ToCollect:
    return ToCollect.parse(request.args.to_dict(flat=False), signed_in_actor().sight)


def _parts(view: ToCollect) -> Iterator[str]:
    currency, zone = settings().shop_currency, settings().shop_tz
    yield BOM + lines([[t(f"to_collect.columns.{column}") for column in COLUMNS]])
    last: OrderRow | None = None
    while orders := _piece(view, last):
        yield lines(_line(order, currency, zone) for order in orders)
        last = orders[-1]


def _piece(view: ToCollect, after: OrderRow | None) -> Sequence[OrderRow]:
    """With a connection of its own: none waits for a slow reader."""
    with reading() as connection:
        return queries.piece(connection, view.asked, CHUNK, after)


def _line(order: OrderRow, currency: str, zone: ZoneInfo) -> list[str]:
    assert order.shipped_at is not None, "only what was sent is asked for"
    name, *place = address_lines(order)
    said = name, order.phone, ", ".join(place)
    amounts = order.total, payments.kept(order), payments.to_collect(order)
    return [
        shop_day(order.shipped_at, zone).strftime("%d/%m/%Y"),
        as_text(order.carrier),
        order.number,
        *map(as_text, said),
        *(money.typed(amount, currency) for amount in amounts),
        currency,
    ]
