"""/dashboard/orders.csv: the list as a file, sent while it is read, however long it is and however slow its reader."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

import sqlalchemy as sa
from flask import Blueprint, Response, request, stream_with_context

from printalma.accounts.guard import ADMIN, access
from printalma.config import settings
from printalma.db import Connection, reading, table
from printalma.lib.clock import now, shop_day
from printalma.lib.text import t
from printalma.orders.board import Board, matching
from printalma.orders.models import OrderItem
from printalma.orders.queries import Fields
from printalma.orders.rows import Shop
from printalma.orders.spreadsheet import Sheet

CHUNK = 50  # orders: what is read and written before everybody else gets their turn, some milliseconds
BREATH = 0.002  # seconds. Not 0: gevent comes back dozens of times from that before it looks at its sockets

bp = Blueprint("export", __name__)

_items = table(OrderItem)
_ITEMS = (
    sa.select(_items.c.order_id, _items.c.quantity, _items.c.product_name, _items.c.size, _items.c.color)
    .where(_items.c.order_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_items.c.id)
)


@bp.get("/dashboard/orders.csv")
@access(ADMIN)
def orders_csv() -> Response:
    """Every order of the list that the query asks for, whichever page of it."""
    board = Board.parse(request.args.to_dict(flat=False))
    if board.sort == "updated":
        board = replace(board, sort="newest")  # an order that changes while the list is read would be jumped over
    shop = Shop(settings().shop_currency, settings().shop_tz)
    name = t("export.file", day=shop_day(now(), shop.zone).isoformat())
    # Not compressed: on the way of a whole list that would take longer than everything else.
    answer = Response(stream_with_context(_parts(board, shop)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _parts(board: Board, shop: Shop) -> Iterator[str]:
    """The file, piece by piece. A client that hangs up closes this generator at the next piece."""
    sheet = Sheet(shop)
    yield sheet.head()
    for orders in matching(cast(Connection, _Borrowed()), board, shop.zone, CHUNK):
        items = _items_of([order["id"] for order in orders])
        yield sheet.lines((order, items[order["id"]]) for order in orders)
        time.sleep(BREATH)


def _items_of(ids: Sequence[int]) -> dict[int, list[Fields]]:
    found: dict[int, list[Fields]] = {order_id: [] for order_id in ids}
    with reading() as connection:
        for item in connection.execute(_ITEMS, {"ids": ids}).mappings():
            found[item["order_id"]].append(item)
    return found


class _Borrowed:
    """Stands in for a connection and takes one from the pool for each statement only. Between two, the file's reader
    may be as slow as they like: no connection waits for them, and no transaction keeps old rows alive."""

    def __init__(self) -> None:
        with reading() as connection:
            self.dialect = connection.dialect

    def execute(self, statement: sa.Executable, parameters: Any = None) -> sa.Result[Any]:
        with reading() as connection:
            return connection.execute(statement, parameters).freeze()()

    def scalars(self, statement: sa.Executable) -> sa.ScalarResult[Any]:
        return self.execute(statement).scalars()
