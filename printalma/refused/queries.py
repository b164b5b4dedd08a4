"""Reading refused orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from printalma.accounts.policy import Sight
from printalma.config import settings
from printalma.db import Connection, Row, table
from printalma.lib.clock import now, shop_day
from printalma.lib.i18n import count
from printalma.orders.models import Order
from printalma.refused.models import ABOUT, RefusedDay, RefusedOrder

PAGE_SIZE = 20

_refused, _days = table(RefusedOrder), table(RefusedDay)
_WAITING = sa.select(sa.func.count().label("n"), sa.func.min(_refused.c.at).label("oldest")).where(
    _refused.c.seen_at.is_(None)
)
_orders = table(Order)
_ONES = sa.select(_refused, _orders.c.number.label("order_number")).outerjoin(
    _orders, _orders.c.id == _refused.c.order_id
)
_NEWEST = _ONES.order_by(_refused.c.at.desc(), _refused.c.id.desc())
_COUNTED = sa.select(sa.func.coalesce(sa.func.sum(_days.c.orders), 0), sa.func.coalesce(sa.func.sum(_days.c.others), 0))


@dataclass(frozen=True)
class RefusedPage:
    """Refused orders, newest first, and how many requests were refused in a week: those that look like orders, and
    others."""

    rows: Sequence[Row]
    has_more: bool
    counted: int
    others: int


class Line(NamedTuple):
    """What the list says of them: a sentence, and what fits between controls."""

    words: str
    brief: str


def may_see(sight: Sight) -> bool:
    return sight.is_team and sight.hears(ABOUT)


def line(connection: Connection, sight: Sight) -> Line | None:
    """How many wait to be seen, if any does."""
    found = connection.execute(_WAITING).one()
    if not found.n or not may_see(sight):
        return None
    zone = settings().shop_tz
    is_today = shop_day(found.oldest, zone) == shop_day(now(), zone)
    return Line(count("refused.today" if is_today else "refused.waiting", found.n), count("refused.brief", found.n))


def page(connection: Connection, number: int) -> RefusedPage:
    rows = connection.execute(_NEWEST.limit(PAGE_SIZE + 1).offset((number - 1) * PAGE_SIZE)).all()
    counted, others = connection.execute(_COUNTED).one()
    return RefusedPage(rows[:PAGE_SIZE], len(rows) > PAGE_SIZE, counted, others)


def by_id(connection: Connection, refused_id: int) -> Row | None:
    return connection.execute(_ONES.where(_refused.c.id == refused_id)).one_or_none()
