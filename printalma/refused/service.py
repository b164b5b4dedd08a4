"""A refused order is kept and told of, and somebody has seen it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from printalma import daily
from printalma.accounts.actor import Actor
from printalma.config import settings
from printalma.db import Connection, Row, table, transactional, upsert
from printalma.events import log
from printalma.events.types import OrderRefused, OrderRefusedAgain, RefusedOrdersSeen
from printalma.lib.clock import now, shop_day
from printalma.lib.errors import Conflict, NotFound
from printalma.lib.i18n import t
from printalma.refused import queries
from printalma.refused.models import KEPT_FOR, MAX_KEPT, RefusedDay, RefusedOrder

AGAIN_WITHIN = timedelta(minutes=10)  # a second refusal of the same customer is told like a new order
TOLD_FOR = timedelta(hours=1)  # and others after it are not

_refused, _days = table(RefusedOrder), table(RefusedDay)
_COUNT = upsert(_days)
_ADD = _COUNT.on_conflict_do_update(
    index_elements=[_days.c.day, _days.c.status],
    set_={"orders": _days.c.orders + _COUNT.excluded.orders, "others": _days.c.others + _COUNT.excluded.others},
)
_KEEP = upsert(_refused)
_KEEP_AGAIN = _KEEP.on_conflict_do_update(
    index_elements=[_refused.c.sender, _refused.c.digest],
    set_={name: _KEEP.excluded[name] for name in ("at", "status", "reasons", "user_id", "seen_at", "seen_by")}
    | {"times": _refused.c.times + 1, "told_at": sa.func.coalesce(_KEEP.excluded.told_at, _refused.c.told_at)},
).returning(_refused.c.id)
_WAITS = sa.select(_refused.c.id).where(
    _refused.c.sender == sa.bindparam("sender"),
    _refused.c.digest == sa.bindparam("digest"),
    _refused.c.seen_at.is_(None),
)
# What is beyond MAX_KEPT.
_TOO_MANY = (
    sa.select(_refused.c.id).order_by(_refused.c.seen_at.is_not(None), _refused.c.at.desc()).offset(MAX_KEPT).subquery()
)


@dataclass(frozen=True)
class Refusal:
    """A refused order as its row keeps it (RefusedOrder)."""

    status: int
    reasons: list[dict[str, str]]
    user_id: int | None
    sender: str
    phone: str | None
    digest: str
    body: str


@transactional
def keep(tx: Connection, counts: Mapping[tuple[str, int, bool], int], refusal: Refusal | None) -> None:
    """Count refusals, by day, status and whether they look like orders, and keep one of them."""
    for (day, status, is_order), n in sorted(counts.items()):
        tx.execute(_ADD, {"day": day, "status": status, "orders": n * is_order, "others": n * (not is_order)})
    if refusal is None:
        return
    moment = now()
    is_told, waits = _is_told(tx, refusal, moment), tx.execute(_WAITS, asdict(refusal)).first() is not None
    values = asdict(refusal) | {"at": moment, "times": 1, "seen_at": None, "seen_by": None}
    refused_id: int = tx.execute(_KEEP_AGAIN, values | {"told_at": moment if is_told else None}).scalar_one()
    tx.execute(sa.delete(_refused).where(_refused.c.id.in_(sa.select(_TOO_MANY.c.id))))
    if is_told:
        log.append(tx, OrderRefusedAgain(refused_id, refusal.status), refusal.user_id)
    elif not waits:  # the same again is no news to who has not seen it yet
        log.append(tx, OrderRefused(refused_id, refusal.status), refusal.user_id)


@transactional
def see(tx: Connection, upto: datetime, actor: Actor, refused_id: int | None = None) -> None:
    """Somebody has seen a refused order, or all of them, as they were at that moment."""
    which = _refused.c.seen_at.is_(None), _refused.c.at <= upto
    chosen = sa.update(_refused).where(*which, sa.true() if refused_id is None else _refused.c.id == refused_id)
    if tx.execute(chosen.values(seen_at=now(), seen_by=actor.id)).rowcount:
        log.append(tx, RefusedOrdersSeen(), actor.id)


def for_taking_up(tx: Connection, refused_id: int) -> Row:
    """A refused order, locked, that nobody has made an order of. Raises NotFound; Conflict."""
    tx.execute(sa.select(_refused.c.id).where(_refused.c.id == refused_id).with_for_update())
    row = queries.by_id(tx, refused_id)
    if row is None:
        raise NotFound(t("refused.unknown"))
    if row.order_id is not None:
        raise Conflict(t("refused.taken_up", number=row.order_number))
    return row


def taken_up(tx: Connection, refused_id: int, order_id: int, actor: Actor) -> None:
    """Somebody has made this order of it, and has seen it by that."""
    values = {"order_id": order_id, "seen_at": now(), "seen_by": actor.id}
    tx.execute(sa.update(_refused).where(_refused.c.id == refused_id).values(values))
    log.append(tx, RefusedOrdersSeen(), actor.id)


def forget_old(tx: Connection) -> int:
    return daily.delete(tx, _refused, _refused.c.at < now() - KEPT_FOR)


def forget_old_days(tx: Connection) -> int:
    first = shop_day(now() - KEPT_FOR, settings().shop_tz).isoformat()
    return daily.delete(tx, _days, _days.c.day < first)


def _is_told(tx: Connection, refusal: Refusal, moment: datetime) -> bool:
    """Whether the same customer was refused just before, and nobody was told of that yet."""
    same = [_refused.c.sender == refusal.sender]
    if refusal.phone is not None:
        same.append(_refused.c.phone == refusal.phone)
    if refusal.user_id is not None:
        same.append(_refused.c.user_id == refusal.user_id)
    chosen = sa.select(_refused.c.at, _refused.c.told_at).where(sa.or_(*same), _refused.c.at > moment - TOLD_FOR)
    before = tx.execute(chosen).all()
    was_told = any(row.told_at is not None and row.told_at > moment - TOLD_FOR for row in before)
    return not was_told and any(row.at > moment - AGAIN_WITHIN for row in before)
