"""The bell of the dashboard and its page: what others did since the actor last looked. One's own doings are no news to
oneself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from babel.dates import format_date

from printalma.accounts.actor import Actor
from printalma.accounts.policy import OWNER
from printalma.catalog import words
from printalma.db import Connection, table
from printalma.events import log
from printalma.events.log import Record
from printalma.events.models import LoggedEvent
from printalma.events.types import (
    BackupTaken,
    OrderMended,
    OrderPaymentNoted,
    OrderPlaced,
    OrderRefusedAgain,
    OrderStatusChanged,
    PasswordsGuessed,
    ProductRanLow,
)
from printalma.lib.clock import now, shop_day
from printalma.lib.i18n import LANGUAGE, t
from printalma.notifications import announcing, queries
from printalma.orders import payments
from printalma.orders.models import Status
from printalma.pictures.queries import best_of
from printalma.refused.shown import why
from printalma.web.routing import url_for
from printalma.web.templating import isolated

MAX_COUNTED = 100  # a bell with more shows "99+"
PAGE_SIZE = 50

_events = table(LoggedEvent)
_BY_OTHERS = _events.c.actor_id.is_distinct_from(sa.bindparam("user"))


@dataclass(frozen=True)
class Count:
    """How many wait; what comes after the event `upto` is not counted in. Who looks for the first time begins there: a
    bell that said 99+ of orders from before them was never read."""

    unread: int
    upto: int
    is_first: bool = False


@dataclass(frozen=True)
class News:
    """An event, and whether the actor has read it."""

    record: Record
    is_read: bool


@dataclass(frozen=True)
class BellPage:
    """News, newest first. `upto` is the newest event there was; `before` leads to older news, if there are any. Of
    orders that have one there is a thumbnail."""

    news: Sequence[News]
    upto: int
    before: int | None
    thumbnails: Mapping[int, str | None]


@dataclass(frozen=True)
class Entry:
    """`icon` is the status that the order came to, or what else it is about; names in `detail` stand by themselves."""

    id: int
    at: datetime
    icon: str
    title: str
    detail: str
    href: str
    is_read: bool
    order_id: int | None = None


@dataclass(frozen=True)
class Day:
    name: str
    entries: Sequence[Entry]


def count(connection: Connection, actor: Actor) -> Count:
    """How much is unread, MAX_COUNTED at most."""
    upto = log.last_id(connection)
    mark = queries.looked(connection, actor)
    if mark is None:
        return Count(0, upto, is_first=True)
    above = (_events.c.id > mark, _events.c.id <= upto, ~queries.IS_READ_ALONE)
    some = sa.select(_events.c.id).where(*_told(actor), *above, _BY_OTHERS).limit(MAX_COUNTED)
    return Count(queries.counted(connection, actor, some), upto)


def page(connection: Connection, actor: Actor, before: int | None) -> BellPage:
    """The news from before an event, or the newest."""
    upto = log.last_id(connection)
    looked = queries.looked(connection, actor)
    mark = upto if looked is None else looked
    chosen = (
        sa.select(_events, queries.IS_READ_ALONE.label("read_alone"))
        .where(*_told(actor), _BY_OTHERS, _events.c.id < (upto + 1 if before is None else before))
        .order_by(_events.c.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    rows = connection.execute(chosen, {"user": actor.id}).all()
    records = log.records(connection, rows[:PAGE_SIZE])
    news = [
        News(record, record.id <= mark or bool(row.read_alone))
        for record, row in zip(records, rows[:PAGE_SIZE], strict=True)
    ]
    about = {order_id for record in records if (order_id := getattr(record.event, "order_id", None))}
    return BellPage(news, upto, records[-1].id if len(rows) > PAGE_SIZE else None, best_of(connection, about))


def days(news: Sequence[News], zone: ZoneInfo) -> list[Day]:
    """Entries by the shop's days, in the order in which they come."""
    today = shop_day(now(), zone)
    by_day = groupby(news, key=lambda each: shop_day(each.record.at, zone))
    return [Day(_name(day, today), [_entry(each) for each in of_day]) for day, of_day in by_day]


def _told(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    """What admins are told of here, and owners of more: front ends' bells know orders alone."""
    kinds = [*queries.TO_ADMINS, OrderRefusedAgain.__name__, ProductRanLow.__name__]
    if actor.may(OWNER):
        kinds += [PasswordsGuessed.__name__, BackupTaken.__name__]
    return (_events.c.type.in_(kinds), *queries.seen(actor))


def _name(day: date, today: date) -> str:
    if day >= today - timedelta(days=1):
        return t("ui.bell.today") if day == today else t("ui.bell.yesterday")
    shown: str = format_date(day, "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y", locale=LANGUAGE)
    return shown[0].upper() + shown[1:]


def _entry(news: News) -> Entry:
    event = news.record.event
    if isinstance(event, OrderPlaced):
        return _to_order(news, event.order_id, Status.PENDING, *announcing.words(event))
    if isinstance(event, PasswordsGuessed):
        title = t("ui.bell.guessed", email=event.email) if event.email else t("ui.bell.guessed_many")
        told_at = news.record.id, news.record.at
        return Entry(*told_at, "alert", title, t("ui.bell.guessed_detail"), url_for("team.page"), news.is_read)
    if isinstance(event, BackupTaken):
        who = isolated("ui.bell.by", who=event.by)
        told_at = news.record.id, news.record.at
        return Entry(*told_at, "download", t("ui.bell.backup"), who, url_for("backup.page"), news.is_read)
    if isinstance(event, OrderRefusedAgain):
        href = url_for("refused.one", refused_id=event.refused_id)
        told_at = news.record.id, news.record.at
        return Entry(*told_at, "rejected", t("refused.again"), why(event.status), href, news.is_read)
    if isinstance(event, ProductRanLow):
        href = url_for("catalog.edit", product_id=event.product_id)
        told_at = news.record.id, news.record.at
        return Entry(*told_at, "alert", words.title(event), words.detail(event), href, news.is_read)
    if isinstance(event, OrderMended | OrderPaymentNoted):
        return _changed(news, event)
    assert isinstance(event, OrderStatusChanged)
    return _to_order(news, event.order_id, event.new, *announcing.words(event))


def _changed(news: News, event: OrderMended | OrderPaymentNoted) -> Entry:
    who = isolated("ui.bell.by", who=event.by)
    if isinstance(event, OrderMended):
        return _to_order(news, event.order_id, "edit", t("ui.bell.mended", number=event.number), who)
    return _to_order(news, event.order_id, "mark-price", f"{event.number} · {payments.sentence(event)}", who)


def _to_order(news: News, order_id: int, icon: str, title: str, detail: str) -> Entry:
    href = url_for("dashboard.order", order_id=order_id)
    return Entry(news.record.id, news.record.at, icon.lower(), title, detail, href, news.is_read, order_id)
