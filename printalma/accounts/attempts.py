"""Guessing passwords: 5 failed sign-ins in 15 minutes per e-mail and address, counted in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from weakref import WeakValueDictionary

import sqlalchemy as sa
from gevent.lock import BoundedSemaphore
from sqlalchemy.dialects import postgresql, sqlite

from printalma.accounts.models import SignInAttempt
from printalma.db import Connection, is_postgres, table
from printalma.lib.clock import now
from printalma.lib.errors import TooMany
from printalma.lib.text import t

ATTEMPTS = 5
WINDOW = timedelta(minutes=15)

_attempts = table(SignInAttempt)
_doors: WeakValueDictionary[tuple[str, str], BoundedSemaphore] = WeakValueDictionary()


@contextmanager
def one_at_a_time(email: str, address: str) -> Iterator[None]:
    """An attempt is counted before its password is looked at, and forgotten when it was right. Ten right ones at once
    would be refused for each other's sake: in one process they wait for each other instead."""
    door = _doors.setdefault((email, address), BoundedSemaphore())
    with door:
        yield


def count(tx: Connection, email: str, address: str) -> None:
    """Count before the password is looked at, so that a hundred guesses at once are not one guess each.

    Raises TooMany when there were enough of them already.
    """
    moment = now()
    expired = _attempts.c.window_start < moment - WINDOW
    insert = (postgresql if is_postgres(tx) else sqlite).insert(_attempts)
    counted = insert.values(email=email, address=address, window_start=moment, attempts=1).on_conflict_do_update(
        index_elements=["email", "address"],
        set_={
            "attempts": sa.case((expired, 1), else_=_attempts.c.attempts + 1),
            "window_start": sa.case((expired, insert.excluded.window_start), else_=_attempts.c.window_start),
        },
    )
    row = tx.execute(counted.returning(_attempts.c.attempts, _attempts.c.window_start)).one()
    if row.attempts > ATTEMPTS:
        left = row.window_start + WINDOW - moment
        raise TooMany(t("accounts.too_many_attempts"), max(1, int(left.total_seconds()) + 1))


def forget(tx: Connection, email: str, address: str) -> None:
    """The password was right: nobody guesses here."""
    tx.execute(sa.delete(_attempts).where(_attempts.c.email == email, _attempts.c.address == address))
