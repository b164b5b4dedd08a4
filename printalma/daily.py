"""Once a day, by one process of all: what each feature has registered, such as deleting what is no longer needed."""

import logging
import random
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import gevent
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import UNREACHABLE, Connection, Model, Moment, table, transaction
from printalma.db.faults import why
from printalma.db.upkeep import analyze_daily
from printalma.lib.clock import now

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
# Seconds between two looks, and before the first: an older release that serves beside this one has left by then.
POLL_SECONDS = 600.0
MAX_ROWS = 500  # rows in one transaction: orders wait for it

Work = Callable[[Connection], int]
_works: dict[str, tuple[Work, int]] = {}


class Daily(Model):
    """One row: when it was all done last, or begun."""

    __tablename__ = "daily"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    done_at: Mapped[Any] = mapped_column(Moment)


_daily = table(Daily)


def register(what: str, work: Work, rows: int = MAX_ROWS) -> None:
    """Have `work` done daily, in the order of registration. It does `rows` at most and returns how many it did; after
    so many it is called again. `what` names the rows in the log."""
    _works[what] = work, rows


def delete(tx: Connection, rows: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    """Delete MAX_ROWS rows at most; how many it was. A row that somebody renews at this moment stays: PostgreSQL, which
    has waited for it, asks anew only what the statement itself says of it."""
    key = sa.tuple_(*rows.primary_key.columns)
    some = sa.select(*rows.primary_key.columns).where(*where).limit(MAX_ROWS)
    return tx.execute(sa.delete(rows).where(key.in_(some), *where)).rowcount


def run(told: Callable[[int], None] = lambda _rows: None) -> None:
    """Do all of it now. What fails is logged, and tried again tomorrow. `told` hears how many rows each piece was."""
    transaction(partial(_claim, since=now()))
    done = [f"{n} {what}" for what, works in _works.items() if (n := _all_of(what, *works, told))]
    if _analyzed():
        done.append("the database's statistics")
    log.info("daily: %s", ", ".join(done) or "nothing to do")


class DailyProcess:
    """Made once per app; `start` is called once per server process, after gunicorn's fork and gevent's patch."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        app.extensions["printalma.daily"] = self

    def start(self, worker: Any) -> None:
        gevent.spawn(self._look, worker)

    def _look(self, worker: Any) -> None:
        with self._app.app_context():
            while worker.alive:
                gevent.sleep(POLL_SECONDS * random.uniform(1, 1.2))  # processes look at moments of their own
                try:
                    if transaction(partial(_claim, since=now() - DAY)):
                        run()
                except UNREACHABLE as error:
                    log.error("database unavailable, nothing is done daily: %s", type(error).__name__)


def _claim(tx: Connection, since: Any) -> bool:
    """Whether nobody has begun it since, so that it is ours to do. What was done in the future was not: a clock that
    was a year ahead is no reason to do nothing for a year."""
    moment = now()
    is_due = sa.or_(_daily.c.done_at <= since, _daily.c.done_at > moment + DAY)
    claimed = sa.update(_daily).where(is_due).values(done_at=moment)
    return bool(tx.execute(claimed).rowcount)


def _analyzed() -> bool:
    try:
        return analyze_daily()
    except sqlite3.Error as error:
        log.error("not done: the database's statistics: %s", why(error))
        return False


def _all_of(what: str, work: Work, rows: int, told: Callable[[int], None]) -> int:
    done = 0
    try:
        while True:
            n = transaction(work)
            done += n
            told(n)
            if n < rows:
                return done
            gevent.sleep(0)  # a backlog is worked off between the requests, not before them
    except UNREACHABLE as error:  # also what took PostgreSQL too long: the next may not
        log.error("not done: %s: %s", what, type(error).__name__)
        return done
    except Exception:
        log.exception("not done: %s", what)
        return done
