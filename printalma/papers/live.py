"""What a printed paper becomes on screens: marks of rows, the history of an order. It is no news: nothing rings."""

from collections.abc import Sequence

from printalma.dashboard.detail_page import OrderPage
from printalma.dashboard.list_page import OrderList
from printalma.db import Connection
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import Rendering, View
from printalma.events.types import OrderNotPrinted, OrderPrinted


def register() -> None:
    for kind in (OrderPrinted, OrderNotPrinted):
        renderings.register(kind, Rendering(html=paint, json=None, push=None))


def paint(connection: Connection, view: View, records: Sequence[Record]) -> str:
    about = sorted({record.event.order_id for record in records if isinstance(record.event, OrderPrinted)})
    if isinstance(view, OrderList):
        return view.printed(connection, about)
    return view.redraw(connection) if isinstance(view, OrderPage) and view.order_id in about else ""
