"""Putting a backup back in one transaction, while servers run: they see the shop as it was before, or as it is then."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from printalma.accounts.models import User
from printalma.backup import contents, file
from printalma.db import Connection, bulk, db, is_postgres, table, transaction, transactional, without_haste
from printalma.db.faults import why
from printalma.db.upkeep import analyze
from printalma.events import log
from printalma.events.models import LoggedEvent, LogPosition
from printalma.lib.errors import Conflict, Invalid
from printalma.lib.i18n import t
from printalma.orders.listing import search
from printalma.orders.models import Order
from printalma.push.models import Device
from printalma.push.queries import IS_THERE

_orders, _users, _events = table(Order), table(User), table(LoggedEvent)
_position = table(LogPosition)
_devices = table(Device)


def put_back(path: Path, replace: bool) -> None:
    """Put back a backup of this release's schema. Raises Conflict for a shop in use, unless it is to be replaced, and
    Invalid when the database does not take a row: SQLite keeps longer texts than PostgreSQL does."""
    try:
        with closing(file.opened(path)) as source:
            transaction(lambda tx: _put_back(tx, source, replace))
    except (sqlite3.Error, db.engine.dialect.loaded_dbapi.Error) as error:
        raise Invalid(t("backup.not_taken", file=path, why=why(error))) from None


@transactional
def is_put_back(
    tx: Connection,
) -> None:
    """The database was put back by other means: nobody is signed in, and everybody fetches anew."""
    tx.execute(sa.delete(_devices).where(~IS_THERE))
    tx.execute(sa.update(_devices).values(contents.BLANKED[_devices.name]))
    for name in contents.EMPTIED:
        tx.execute(sa.delete(sa.table(name)))
    log.renew(tx)


def _put_back(tx: Connection, source: sqlite3.Connection, replace: bool) -> None:
    without_haste(tx)
    bulk.lock(tx, contents.locked())
    if not replace and _is_used(tx):
        raise Conflict(t("backup.shop_in_use"))
    before = log.last_id(tx)
    tables = contents.copied()
    search.suspend(tx)
    bulk.empty(tx, contents.emptied())
    for each in tables:
        bulk.insert_values(tx, each, list(each.columns.keys()), _rows(source, each, is_postgres(tx)))
    bulk.restart_numbering(tx, *tables)
    search.rebuild(tx)
    analyze(tx)
    # Behind every event that anybody has been told of, in the shop that was here too.
    tx.execute(sa.update(_position).where(_position.c.last < before).values(last=before))
    log.renew(tx)


def _is_used(tx: Connection) -> bool:
    """Whether there is more than what `setup` makes: an order, a second account, or anything that somebody did."""
    done = sa.select(_events.c.id).where(_events.c.actor_id.is_not(None)).limit(1)
    users = tx.execute(sa.select(sa.func.count()).select_from(_users)).scalar_one()
    return users > 1 or any(tx.execute(any_row).first() for any_row in (sa.select(_orders.c.id).limit(1), done))


def _rows(source: sqlite3.Connection, into: sa.Table, for_postgres: bool) -> Iterator[tuple[Any, ...]]:
    """A table's rows as the other database takes them."""
    columns = into.columns.keys()
    found = source.execute(f"SELECT {', '.join(columns)} FROM {into.name}")  # noqa: S608
    if not for_postgres:
        return found
    flags = [isinstance(column.type, sa.Boolean) for column in into.columns]
    return (tuple(_for_postgres(value, flag) for value, flag in zip(row, flags, strict=True)) for row in found)


def _for_postgres(value: Any, is_flag: bool) -> Any:
    if is_flag and value is not None:
        return bool(value)
    # The one letter that PostgreSQL keeps in no text, and that nobody sees.
    return value.replace("\0", "") if isinstance(value, str) else value
