"""Taking the pictures that are due, and what an attempt leaves behind: each by one process alone, for as long as a
lease, and never more of one host than it can take: we are nobody's cannon.

Who holds a host's row counts what it is asked, over all processes. Of the hosts, those come first that have given us
most: a stranger who names a thousand others does not hold up the shop's own.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from printalma.config import settings
from printalma.db import Connection, Row, table, upsert
from printalma.db.asking import Asking
from printalma.db.prepared import Prepared
from printalma.lib.clock import now
from printalma.pictures import settled
from printalma.pictures.models import OrderSource, PictureHost, PictureSource, SourceState
from printalma.pictures.reader import MAX_TOLD, NOBODY
from printalma.pictures.troubles import Trouble

AT_ONCE = 2  # pictures of one host, over all processes
LEASE = timedelta(minutes=5)  # an attempt takes less, also behind seven files that take long to open
FUTURE = timedelta(minutes=10)  # what is claimed for longer was before the clock was set back
SLICE = timedelta(minutes=5)
SLICES = 13  # in which no more is asked than in an hour: whichever hour one looks at, it holds
PAUSES = timedelta(minutes=1), timedelta(hours=4)  # of a picture after its first failure, doubled with each
RESTS = timedelta(seconds=10), timedelta(minutes=5)  # of its host, for all its pictures
ATTEMPTS = 12  # a day, or so
GIVEN_UP = timedelta(days=2)  # since an order last named it, however few attempts there were

_sources, _of_orders, _hosts = table(PictureSource), table(OrderSource), table(PictureHost)
_FIRST = Prepared(sa.select(sa.func.min(_sources.c.due_at).label("due_at")))


@dataclass(frozen=True)
class Claim:
    """A picture that is ours to fetch until `lease`."""

    key: str
    address: str
    host: str
    attempts: int
    named_at: datetime
    lease: datetime


@dataclass(frozen=True)
class Result:
    """What came of an attempt: the `hash` of the picture that is kept, or the `trouble`. `wait` is the seconds that the
    host asked for."""

    claim: Claim
    hash: str | None = None
    trouble: Trouble | None = None
    wait: float | None = None


def first_due() -> Asking[None, datetime]:
    """The door at which `None` asks when the first picture is due, if any is."""
    return Asking(lambda connection, _: {None: _FIRST.one(connection).due_at})


def is_any_due(connection: Connection) -> bool:
    """Whether there may be something to claim."""
    return connection.execute(_due_hosts(now(), 1)).first() is not None


def claim(tx: Connection, most: int) -> list[Claim]:
    """Claim up to `most` pictures that are due, the newest first."""
    moment = now()
    hosts = tx.execute(_due_hosts(moment, most).with_for_update(of=_hosts, skip_locked=True)).all()
    under_way = _under_way(tx, [host.host for host in hosts], moment)
    found: list[Claim] = []
    for host in hosts:
        free = min(AT_ONCE - under_way[host.host], most - len(found))
        found += _claimed(tx, host, free, moment)
    taken = {"claimed_until": moment + LEASE, "attempts": _sources.c.attempts + 1}
    tx.execute(sa.update(_sources).where(_sources.c.key.in_([one.key for one in found])).values(taken))
    return found


def may_ask(tx: Connection, asked: Mapping[str, int]) -> bool:
    """Count one more request of each of these names, unless one has had as many as it may in an hour: of a host that
    we are sent on to, and of an address that a thousand names may stand for."""
    moment = now()
    for name in sorted(asked):
        tx.execute(upsert(_hosts).on_conflict_do_nothing(), {"host": name} | NOBODY)
    rows = tx.execute(sa.select(_hosts).where(_hosts.c.host.in_(list(asked))).order_by(_hosts.c.host).with_for_update())
    lately = {row.host: _lately(row.asked, moment) for row in rows}
    if any(sum(lately[name].values()) >= most for name, most in asked.items()):
        return False
    for name, counts in lately.items():
        _count(tx, name, counts, 1, moment)
    return True


def settle(tx: Connection, results: Sequence[Result]) -> None:
    """End claims: each is kept, waits for another attempt, or is given up. Who shows the orders is told once of all.

    Somebody else's claim, made when ours had run out, is left alone.
    """
    moment = now()
    for host in sorted({result.claim.host for result in results}):
        _settle_host(tx, host, [result for result in results if result.claim.host == host], moment)
    done: list[str] = []
    for result in sorted(results, key=lambda each: each.claim.key):
        claim, values = result.claim, _outcome(result, moment)
        mine = (_sources.c.key == claim.key, _sources.c.claimed_until == claim.lease)
        if tx.execute(sa.update(_sources).where(*mine).values(values)).rowcount and values["due_at"] is None:
            done.append(claim.key)
    if orders := _newest(tx, done):
        settled.tell(tx, orders, done)


def _due_hosts(moment: datetime, most: int) -> sa.Select[Any]:
    """Those who may be asked for something; of who has as much under way as is good for them, nothing."""
    other = _sources.alias("other")
    busy = sa.select(sa.func.count()).where(other.c.host == _hosts.c.host, _is_claimed(other.c, moment))
    return (
        sa.select(_hosts)
        .where(sa.or_(_hosts.c.resting_until.is_(None), _hosts.c.resting_until <= moment))
        .where(_hosts.c.host.in_(sa.select(_sources.c.host).where(_is_due(moment))))
        .where(busy.scalar_subquery() < AT_ONCE)
        .order_by(_hosts.c.kept.desc(), _hosts.c.host)
        .limit(most)
    )


def _is_due(moment: datetime) -> sa.ColumnElement[bool]:
    is_free = sa.or_(_sources.c.claimed_until.is_(None), ~_is_claimed(_sources.c, moment))
    return sa.and_(_sources.c.due_at <= moment, is_free)


def _is_claimed(columns: Any, moment: datetime) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = columns.claimed_until.between(moment, moment + FUTURE)
    return found


def _under_way(tx: Connection, hosts: Sequence[str], moment: datetime) -> Counter[str]:
    """How much is, of hosts whose rows are ours: counted again, now that nobody else claims of them."""
    claimed = sa.select(_sources.c.host).where(_is_claimed(_sources.c, moment), _sources.c.host.in_(hosts))
    return Counter(tx.execute(claimed).scalars())


def _claimed(tx: Connection, host: Row, free: int, moment: datetime) -> list[Claim]:
    asked = _lately(host.asked, moment)
    most = settings().limits.picture_requests_per_hour if host.host else 0
    left = most - sum(asked.values()) if most else sys.maxsize
    due = (
        sa.select(_sources)
        .where(_sources.c.host == host.host, _is_due(moment))
        .order_by(_sources.c.named_at.desc(), _sources.c.key)
        .limit(max(0, min(free, left)))
    )
    rows = tx.execute(due).all()
    more = {"resting_until": moment + SLICE} if left <= len(rows) else {}
    _count(tx, host.host, asked, len(rows), moment, **more)
    return [Claim(row.key, row.address, row.host, row.attempts + 1, row.named_at, moment + LEASE) for row in rows]


def _count(tx: Connection, host: str, asked: dict[str, int], n: int, moment: datetime, **more: datetime) -> None:
    this = _slice(moment)
    values = {"asked": asked | {this: asked.get(this, 0) + n}, **more}
    tx.execute(sa.update(_hosts).where(_hosts.c.host == host).values(values))


def _slice(moment: datetime) -> str:
    return str(int(moment.timestamp() // SLICE.total_seconds()))


def _lately(asked: dict[str, int], moment: datetime) -> dict[str, int]:
    """What was asked in the last hour. What was in the future was before the clock was set back."""
    last = int(_slice(moment))
    return {slice_: n for slice_, n in asked.items() if last - SLICES < int(slice_) <= last}


def _outcome(result: Result, moment: datetime) -> dict[str, Any]:
    claim, trouble = result.claim, result.trouble
    values = {"hash": result.hash, "trouble": trouble, "claimed_until": None, "tried_at": moment, "due_at": None}
    if trouble is None:
        return values | {"state": SourceState.KEPT}
    if not trouble.is_passing or claim.attempts >= ATTEMPTS or claim.named_at < moment - GIVEN_UP:
        return values | {"state": SourceState.LOST}
    return values | {"due_at": moment + _pause(*PAUSES, claim.attempts - 1)}


def _settle_host(tx: Connection, host: str, results: Sequence[Result], moment: datetime) -> None:
    """Whoever is away rests, with all that is wanted of them: a thousand pictures are not a thousand attempts."""
    row = tx.execute(sa.select(_hosts).where(_hosts.c.host == host).with_for_update()).one()
    kept = sum(result.hash is not None for result in results)
    is_away = all(result.trouble in (Trouble.AWAY, Trouble.SLOW) for result in results)
    values: dict[str, Any] = {"kept": row.kept + kept, "failures": row.failures + 1 if is_away else 0}
    if is_away:
        wait = timedelta(seconds=max((result.wait or 0.0) for result in results))
        values["resting_until"] = moment + max(_pause(*RESTS, row.failures), wait)
    tx.execute(sa.update(_hosts).where(_hosts.c.host == host).values(values))


def _pause(first: timedelta, longest: timedelta, failures: int) -> timedelta:
    backed_off: timedelta = min(first * 2 ** min(failures, 20), longest) * random.uniform(0.8, 1.2)
    return backed_off


def _newest(tx: Connection, keys: Iterable[str]) -> list[int]:
    """The newest orders that name each of them."""
    found: set[int] = set()
    for key in keys:
        of_key = sa.select(_of_orders.c.order_id).where(_of_orders.c.key == key)
        found.update(tx.execute(of_key.order_by(_of_orders.c.order_id.desc()).limit(MAX_TOLD)).scalars())
    return sorted(found)[-MAX_TOLD:]
