"""Which pictures orders name: a durable reader of the log, behind a cursor that is a row.

What it found and how far it came are one transaction, which counts only if nobody else came so far meanwhile: a crash
leaves both or neither, and of two processes that read the same one has read for nothing.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from printalma.db import UNREACHABLE, Connection, Row, reading, table, transactional, upsert
from printalma.db.prepared import Prepared
from printalma.events.models import LoggedEvent
from printalma.events.types import OrderMended, OrderPlaced
from printalma.lib.clock import now
from printalma.pictures import naming, settled
from printalma.pictures.models import OrderSource, PictureCursor, PictureHost, PictureSource, SourceState
from printalma.pictures.queries import PATH, key_of
from printalma.pictures.troubles import Trouble
from printalma.web.peer import let_others

logger = logging.getLogger(__name__)

BATCH = 100  # events
ENOUGH = 400  # addresses in one transaction, or the two hundred of one order more
MAX_ADDRESS = 2_000  # characters; what is longer is no address of a picture
MAX_HOST = 255
MAX_TOLD = 200  # orders that an event names: the newest
AGAIN = timedelta(hours=1)  # what could not be had is asked for again when an order names it so long after

# A host that has not been asked yet.
NOBODY: dict[str, Any] = {"kept": 0, "failures": 0, "resting_until": None, "asked": {}}

_cursor, _events = table(PictureCursor).c.upto, table(LoggedEvent)
_sources, _of_orders, _hosts = table(PictureSource), table(OrderSource), table(PictureHost)
_REACHED = Prepared(sa.select(_cursor))
_NEXT = Prepared(
    sa.select(_events.c.id, _events.c.type, _events.c.order_id)
    .where(_events.c.id > sa.bindparam("upto"))
    .order_by(_events.c.id)
    .limit(BATCH)
)


def read() -> bool:
    """Note what the next events of the log say; whether there was anything to note, and may be more."""
    with reading() as connection:
        upto: int = _REACHED.one(connection).upto
        events = _NEXT.all(connection, {"upto": upto})
        naming_any = _naming_any(connection, events)
    if len(events) < BATCH and not naming_any:
        return False  # not worth a transaction
    found, reached = _named(events, naming_any)
    _note(found, upto, reached)
    return True


def _naming_any(connection: Connection, events: Sequence[Any]) -> set[int]:
    """The orders whose pictures may be others than were noted."""
    placed = {event.order_id for event in events if event.type == OrderPlaced.__name__}
    mended = {event.order_id for event in events if event.type == OrderMended.__name__}
    return mended | naming.may_name(connection, placed - mended)


def _named(events: Sequence[Any], naming_any: Collection[int]) -> tuple[dict[int, list[str]], int]:
    """What the orders name of which the first of these events tell, and the last of those. A large order's artwork
    takes milliseconds to read: everybody else has a turn in between."""
    found: dict[int, list[str]] = {}
    reached = 0
    for event in events:
        reached = event.id
        if event.order_id not in naming_any or event.order_id in found:
            continue
        addresses = _named_by(event.order_id)
        if addresses or event.type == OrderMended.__name__:
            found[event.order_id] = addresses
        if sum(map(len, found.values())) >= ENOUGH:
            break
        let_others()
    return found, reached


def _named_by(order_id: int) -> list[str]:
    """An order that nobody can make sense of names nothing: those behind it do not wait for a better release."""
    try:
        with reading() as connection:
            addresses = naming.named(connection, order_id)
    except UNREACHABLE:
        raise
    except Exception:
        logger.exception("which pictures order %d names is not known", order_id)
        return []
    return [each for each in addresses if 0 < len(each) <= MAX_ADDRESS and each.isprintable()]


@transactional
def _note(tx: Connection, found: Mapping[int, Sequence[str]], upto: int, reached: int) -> None:
    if not tx.execute(sa.update(table(PictureCursor)).where(_cursor == upto).values(upto=reached)).rowcount:
        return  # another process did
    moment = now()
    addresses = {key_of(address): address for named in found.values() for address in named}
    wanted = {key_of(address) for named in found.values() for address in named[: naming.MAX_NAMED]}
    done = _know(tx, addresses, wanted, moment)
    tx.execute(sa.delete(_of_orders).where(_of_orders.c.order_id.in_(list(found))))
    rows: list[dict[str, Any]] = [
        {"order_id": order_id, "key": key_of(address), "rank": rank}
        for order_id, named in found.items()
        for rank, address in enumerate(named)
    ]
    if rows:
        tx.execute(sa.insert(_of_orders), rows)
    if here := {row["order_id"] for row in rows if row["key"] in done}:
        settled.tell(tx, sorted(here)[-MAX_TOLD:])


def _know(tx: Connection, addresses: Mapping[str, str], wanted: set[str], moment: datetime) -> set[str]:
    """Have a row for each of them, to be had if it is `wanted`; the keys of those of which all is known already."""
    known = {row.key: row for row in tx.execute(sa.select(_sources).where(_sources.c.key.in_(list(addresses))))}
    new = [_source(key, address, key in wanted, moment) for key, address in addresses.items() if key not in known]
    _keep_hosts(tx, {row["host"] for row in new} | {row.host for row in known.values()})
    if new:
        tx.execute(upsert(_sources).on_conflict_do_nothing(), new)
    tx.execute(sa.update(_sources).where(_sources.c.key.in_(list(known))).values(named_at=moment))
    again = [row.key for row in known.values() if row.key in wanted and _is_worth_asking(row, moment)]
    fresh = {"state": SourceState.WAITING, "attempts": 0, "due_at": moment}
    tx.execute(sa.update(_sources).where(_sources.c.key.in_(again)).values(fresh))
    lost = {row["key"] for row in new if row["state"] == SourceState.LOST}
    return lost | {row.key for row in known.values() if row.state != SourceState.WAITING} - {*again}


def _keep_hosts(tx: Connection, hosts: set[str]) -> None:
    """Have a row for each, locked: what sweeps those of which no address is known leaves them."""
    kept = upsert(_hosts)
    kept = kept.on_conflict_do_update(index_elements=["host"], set_={"host": kept.excluded.host})
    for host in sorted(hosts):
        tx.execute(kept, {"host": host} | NOBODY)


def _is_worth_asking(row: Row, moment: datetime) -> bool:
    """Whether what was given up may be there by now."""
    is_lost = row.state == SourceState.LOST and row.trouble != Trouble.ADDRESS
    return is_lost and (row.tried_at is None or row.tried_at < moment - AGAIN)


def _source(key: str, address: str, is_wanted: bool, moment: datetime) -> dict[str, Any]:
    host = _host(address)
    trouble = Trouble.ADDRESS if host is None else None if is_wanted else Trouble.TOO_MANY
    return {
        "key": key,
        "address": address,
        "host": host or "",
        "state": SourceState.WAITING if trouble is None else SourceState.LOST,
        "trouble": trouble,
        "attempts": 0,
        "due_at": moment if trouble is None else None,
        "named_at": moment,
    }


def _host(address: str) -> str | None:
    """Whom to ask for it: "" is ourselves, None nobody."""
    if address.startswith(PATH):
        return ""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return None
    return host.rstrip(".")[:MAX_HOST] if host else None
