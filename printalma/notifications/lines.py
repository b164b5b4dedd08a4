"""The bell's list, as people read it: a line for each event, under the day on which it happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_date

from printalma.events.types import (
    BackupTaken,
    OrderPlaced,
    OrderStatusChanged,
    OrderStatusTakenBack,
    PasswordsGuessed,
)
from printalma.lib import money
from printalma.lib.clock import now, shop_day
from printalma.lib.i18n import LANGUAGE, t
from printalma.notifications.bell import News
from printalma.orders.models import Status
from printalma.web.templating import isolated


@dataclass(frozen=True)
class Line:
    """`icon` is the status that the order came to, or what else it is about; names in `detail` stand by themselves."""

    id: int
    at: datetime
    icon: str
    title: str
    detail: str
    href: str
    is_read: bool


@dataclass(frozen=True)
class Day:
    name: str
    lines: Sequence[Line]


def days(news: Sequence[News], zone: ZoneInfo) -> list[Day]:
    """Lines by the shop's days, in the order in which they come."""
    today = shop_day(now(), zone)
    by_day = groupby(news, key=lambda told: shop_day(told.record.at, zone))
    return [Day(_name(day, today), [_line(told) for told in of_day]) for day, of_day in by_day]


def _name(day: date, today: date) -> str:
    if day >= today - timedelta(days=1):
        return t("ui.bell.today") if day == today else t("ui.bell.yesterday")
    shown: str = format_date(day, "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y", locale=LANGUAGE)
    return shown[0].upper() + shown[1:]


def _line(told: News) -> Line:
    event = told.record.event
    if isinstance(event, OrderPlaced):
        title = t("ui.bell.placed", number=event.number)
        detail = isolated("ui.bell.placed_by", who=event.customer_name, total=money.shown(event.total, event.currency))
        return _to_order(told, event.order_id, Status.PENDING, title, detail)
    if isinstance(event, PasswordsGuessed):
        title = t("ui.bell.guessed", email=event.email) if event.email else t("ui.bell.guessed_many")
        told_at = told.record.id, told.record.at
        return Line(*told_at, "alert", title, t("ui.bell.guessed_detail"), "/dashboard/team", told.is_read)
    if isinstance(event, BackupTaken):
        who = isolated("ui.bell.by", who=event.by)
        told_at = told.record.id, told.record.at
        return Line(*told_at, "download", t("ui.bell.backup"), who, "/dashboard/backup", told.is_read)
    assert isinstance(event, OrderStatusChanged)
    is_back = isinstance(event, OrderStatusTakenBack)
    title = t("ui.bell.back" if is_back else "ui.bell.moved", number=event.number, label=t(f"statuses.{event.new}"))
    by_customer = told.record.actor_id is not None and told.record.actor_id == event.customer_id
    by = t("ui.bell.by_customer") if by_customer else isolated("ui.bell.by", who=event.changed_by)
    return _to_order(told, event.order_id, event.new, title, by)


def _to_order(told: News, order_id: int, icon: str, title: str, detail: str) -> Line:
    href = f"/dashboard/orders/{order_id}"
    return Line(told.record.id, told.record.at, icon.lower(), title, detail, href, told.is_read)
