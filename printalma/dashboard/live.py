"""The bridge from orders' events to screens: what a list, a page, a notice becomes of them."""

from collections.abc import Mapping, Sequence

from printalma.accounts.policy import Sight
from printalma.catalog import live as shelf
from printalma.dashboard.detail_page import OrderPage
from printalma.dashboard.list_page import OrderList
from printalma.db import Connection
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import Overview, Rendering, View
from printalma.events.types import (
    Event,
    OrderHoldersChanged,
    OrderMarkCleared,
    OrderMended,
    OrderNoted,
    OrderPaymentNoted,
    OrderPlaced,
    OrderStatusChanged,
    OrderStatusTakenBack,
    PicturesChanged,
)
from printalma.notifications import announcing, notices, pushes
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.models import Status
from printalma.placing.just_placed import order_of
from printalma.web.routing import url_for
from printalma.web.templating import fragments

_QUIET = OrderNoted | OrderMarkCleared | OrderMended | OrderPaymentNoted


def register() -> None:
    placed, changed = notices.json_of_placed, notices.json_of_status_changed
    renderings.register(OrderPlaced, Rendering(paint, json=placed, push=pushes.of_placed))
    # Taken back is told on every door as the change it is.
    for kind in (OrderStatusChanged, OrderStatusTakenBack):
        renderings.register(kind, Rendering(paint, json=changed, push=pushes.of_status_changed))
    renderings.register(OrderNoted, Rendering(html=paint_quietly, json=None, push=None))
    renderings.register(OrderMarkCleared, Rendering(html=paint_quietly, json=None, push=None))
    paid = notices.json_of_payment
    renderings.register(OrderPaymentNoted, Rendering(paint_quietly, json=paid, push=pushes.of_payment))
    mended = notices.json_of_mended
    renderings.register(OrderMended, Rendering(paint_quietly, json=mended, push=pushes.of_mended))
    renderings.register(PicturesChanged, Rendering(html=paint_pictures, json=None, push=None))
    renderings.register(OrderHoldersChanged, Rendering(html=paint_holders, json=None, push=None))
    renderings.register_view(parse_view)


def parse_view(path: str, query: Mapping[str, list[str]], sight: Sight) -> View | None:
    """/dashboard?… is a list, /dashboard/orders/<id>?list=… an order."""
    if path == url_for("orders_list.orders"):
        return OrderList(OrderFilters.parse(query, sight))
    return OrderPage.parse(path, query, sight)


def paint(connection: Connection, view: View, records: Sequence[Record]) -> str:
    """The fragments by which a page follows what happened to orders."""
    painted = fragments("dashboard/_announcements.html", announcements=announcing.announcements(records))
    if isinstance(view, OrderList):
        painted += view.follow(connection, records)
    elif isinstance(view, OrderPage) and any(order_of(record) == view.order_id for record in records):
        painted += view.redraw(connection)
    elif isinstance(view, Overview):
        painted += view.follow_orders(connection)
    return painted + (shelf.ending(connection) if any(_gives_back(record.event) for record in records) else "")


def paint_quietly(connection: Connection, view: View, records: Sequence[Record]) -> str:
    """What the team writes, settles or mends is no news: what shows its order is drawn anew, and nobody is told."""
    told = [record.event for record in records]
    about = sorted({event.order_id for event in told if isinstance(event, _QUIET)})
    painted = ""
    if isinstance(view, OrderList):
        painted = view.settled(connection, about)
    elif isinstance(view, Overview) and any(map(_is_counted, told)):
        painted = view.follow_orders(connection)
    elif isinstance(view, OrderPage) and view.order_id in about:
        painted = view.redraw(connection)
    return painted + (shelf.ending(connection) if any(map(_gives_back, told)) else "")


def paint_pictures(connection: Connection, view: View, records: Sequence[Record]) -> str:
    """Pictures that came are no news. A list takes thumbnails and nothing else: up to two hundred orders have one."""
    told = [record.event for record in records]
    about = sorted({order_id for event in told if isinstance(event, PicturesChanged) for order_id in event.orders})
    if isinstance(view, OrderList):
        return view.pictured(connection, about)
    return view.redraw(connection) if isinstance(view, OrderPage) and view.order_id in about else ""


def paint_holders(connection: Connection, view: View, records: Sequence[Record]) -> str:
    """Who takes care of orders, and who looks at one, is for the team's pages alone, and no news."""
    told = [record.event for record in records]
    about = sorted({order_id for event in told if isinstance(event, OrderHoldersChanged) for order_id in event.orders})
    if isinstance(view, OrderList):
        return view.held(connection, about)
    return view.attended(connection) if isinstance(view, OrderPage) and view.order_id in about else ""


def _gives_back(event: Event) -> bool:
    """Whether there may be more in stock since, or less again."""
    if isinstance(event, OrderStatusChanged):
        return Status(event.new).is_lost or Status(event.previous).is_lost
    return _is_mended(event)


def _is_counted(event: Event) -> bool:
    """Whether the numbers of the shop are others since."""
    return isinstance(event, OrderPaymentNoted) or _is_mended(event)


def _is_mended(event: Event) -> bool:
    """Whether the order says something else since."""
    return isinstance(event, OrderMended) or (isinstance(event, OrderMarkCleared) and event.changed)
