"""/dashboard/…/files: what orders are printed from. Customers' files are attackers' input: they are saved, and nothing
of them is opened by a browser on our pages."""

from flask import Blueprint, Response, request, stream_with_context

from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import ATELIER
from printalma.config import settings
from printalma.dashboard import selection
from printalma.db import reading
from printalma.lib.clock import now, shop_day
from printalma.lib.errors import NotFound
from printalma.lib.i18n import t
from printalma.orders import queries
from printalma.pictures.queries import first_piece, pieces
from printalma.print_files import found, naming, svg
from printalma.print_files.archive import Archive
from printalma.print_files.found import Original, Side
from printalma.web.attachments import FILE, attach

bp = Blueprint("files", __name__)


@bp.get("/dashboard/orders/<int:order_id>/files/<int:item_id>/<int:n>/<string:name>")
@access(ATELIER)
def original(order_id: int, item_id: int, n: int, name: str) -> Response:
    """A picture of the n-th view of a line, as the customer gave it."""
    side = _side(order_id, item_id, n)
    picture = next((each for each in side.originals if each.hash == name), None)
    if picture is None:
        raise NotFound(t("pictures.unknown"))
    return _sent(side, picture, name)


@bp.get("/dashboard/orders/<int:order_id>/files/<int:item_id>/<int:n>.svg")
@access(ATELIER)
def drawing(order_id: int, item_id: int, n: int) -> Response:
    """The n-th view of a line, as large as it is printed."""
    side = _side(order_id, item_id, n)
    answer = Response(stream_with_context(svg.parts(side)), mimetype=FILE)
    return attach(answer, naming.file(side.called(t("files.view")), "svg"))


@bp.get("/dashboard/files.zip")
@access(ATELIER)
def archive() -> Response:
    """`?ids=1,2,3`: all pictures of these orders in one ZIP."""
    ids, sight = selection.ids(request.args.getlist("ids")), signed_in_actor().page_sight
    with reading() as connection:
        orders = [order for order in queries.rows(connection, ids) if sight.includes(order)]
    if not orders:
        raise NotFound(t("orders.unknown"))
    day = shop_day(now(), settings().shop_tz).isoformat()
    name = orders[0].number if len(orders) == 1 else t("files.archive", day=day, n=len(orders))
    answer = Response(stream_with_context(Archive(ids, sight).parts()), mimetype="application/zip")
    return attach(answer, f"{name}.zip")


def _side(order_id: int, item_id: int, n: int) -> Side:
    """Raises NotFound."""
    with reading() as connection:
        order = queries.by_id(connection, order_id)
        if order is None or not signed_in_actor().page_sight.includes(order):
            raise NotFound(t("orders.unknown"))
        sides = found.sides(connection, order, item_id)
    side = next((each for each in sides if each.n == n), None)
    if side is None:
        raise NotFound(t("pictures.unknown"))
    return side


def _sent(side: Side, picture: Original, name: str) -> Response:
    with reading() as connection:
        first = first_piece(connection, name)
    answer = Response(stream_with_context(pieces(name)), mimetype=FILE)
    answer.content_length = picture.size or 0
    return attach(answer, side.file(picture, first))
