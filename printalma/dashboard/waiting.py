"""How long an order may wait for its next step before the list says so. It is counted from when it came: that is since
when its customer waits. The colours: `.late` and `.overdue` of static/app.css, which static/waits.js keeps up with the
clock. The limits are settings of the shop (shop/models.py)."""

from printalma.config import settings
from printalma.lib.clock import now
from printalma.orders.models import Status
from printalma.orders.queries import OrderRow

HOUR = 3600


def limits() -> dict[str, tuple[int, int]]:
    """After how many hours an order in a status is late and overdue; 0 is never. What has left the shop waits no
    more."""
    confirm_late, confirm_overdue, send_late, send_overdue = settings().shop_waits
    send = (send_late, send_overdue)
    return {Status.PENDING: (confirm_late, confirm_overdue), Status.CONFIRMED: send, Status.PROCESSING: send}


def lateness(order: OrderRow) -> tuple[str, int]:
    """How an order's age is to be shown, and for longer than how many hours it waits: "late", "overdue" or as any
    other, ""."""
    late, overdue = limits().get(order.status, (0, 0))
    hours = (now() - order.created_at).total_seconds() / HOUR
    if overdue and hours >= overdue:
        return "overdue", overdue
    return ("late", late) if late and hours >= late else ("", 0)
