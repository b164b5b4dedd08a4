"""Guessing passwords: bounded in the database, by whom and from where; and who is told when there were many.

Nobody who knows a password is kept out for what others do: a device that has signed in before is counted by itself
(OWASP's "device cookie"), whatever comes from its address or is tried on its account.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

import sqlalchemy as sa
from gevent.lock import BoundedSemaphore

from printalma.accounts.actor import Actor
from printalma.accounts.models import SignInAttempt
from printalma.accounts.policy import Role
from printalma.db import Connection, Row, table, upsert
from printalma.events import log
from printalma.events.types import PasswordsGuessed
from printalma.lib.clock import now
from printalma.lib.errors import TooMany
from printalma.lib.i18n import t

MILLISECOND = timedelta(milliseconds=1)
APART = timedelta(minutes=1)


@dataclass(frozen=True)
class Budget:
    """`burst` attempts at once, then one each `pause` (none without), until it begins anew after `lasts`."""

    burst: int
    lasts: timedelta
    pause: timedelta | None = None

    def allowed(self, passed: Any) -> Any:
        """How many attempts it is, so many milliseconds after the first: an expression of the database's."""
        if self.pause is None:
            return self.burst
        return self.burst + passed // sa.literal(self.pause // MILLISECOND, sa.BigInteger)


PAIR = Budget(5, timedelta(minutes=15))  # one e-mail from one address, or from one known device
ACCOUNT = Budget(20, timedelta(days=1), timedelta(minutes=1))  # one e-mail from everywhere else
ADDRESS = Budget(50, timedelta(hours=1), timedelta(seconds=10))  # every e-mail from one address
ANY = ""  # in place of an e-mail or an address: all of them
SIGNED_IN = "signed in"  # in place of an address: all who are in already

_attempts = table(SignInAttempt)
_doors: WeakValueDictionary[tuple[str, str], BoundedSemaphore] = WeakValueDictionary()


@dataclass(frozen=True)
class KnownDevice:
    """`users` are the ids of those who have signed in on it, the latest first."""

    id: str
    users: tuple[int, ...]


@dataclass(frozen=True)
class Guess:
    """`user` is whose e-mail it is, if anybody's. `device` is one on which that user has signed in before."""

    email: str
    address: str
    device: KnownDevice | None
    user: Row | None

    @property
    def origin(self) -> str:
        return f"device {self.device.id}" if self.device else self.address

    def count(self, tx: Connection) -> None:
        """Raises TooMany when a budget is used up."""
        count(tx, self.email, self.origin)
        if self.device is None:
            of_account = count(tx, self.email, ANY, ACCOUNT)
            of_address = count(tx, ANY, self.address, ADDRESS)
            self._tell(tx, of_account == ACCOUNT.burst, of_address == ADDRESS.burst)

    def forget(self, tx: Connection) -> None:
        """The password was right."""
        forget(tx, self.email, self.origin)
        if self.device is None:
            give_back(tx, self.email, ANY)
            give_back(tx, ANY, self.address)

    def _tell(self, tx: Connection, account_is_used_up: bool, address_is_used_up: bool) -> None:
        """Once for each, and of an account only when it is one of the team's: there may be thousands of customers."""
        if account_is_used_up and self.user and self.user.role != Role.CLIENT:
            log.append(tx, PasswordsGuessed(self.user.id, self.email), None)
        if address_is_used_up:
            log.append(tx, PasswordsGuessed(None, None), None)


@contextmanager
def one_at_a_time(email: str, address: str) -> Iterator[None]:
    """An attempt is counted before its password is looked at, and forgotten when it was right. Ten right ones at once
    would be refused for each other's sake: in one process they wait for each other instead."""
    door = _doors.setdefault((email, address), BoundedSemaphore())
    with door:
        yield


def count(tx: Connection, email: str, address: str, budget: Budget = PAIR) -> int:
    """How many it are with this one. Counted before the password is looked at, so that a hundred guesses at once are
    not one guess each.

    Raises TooMany, and counts nothing, when the budget is used up.
    """
    moment = now()
    passed = _milliseconds(moment) - sa.type_coerce(_attempts.c.window_start, sa.BigInteger)
    # One that began in the future began before the clock was set back. Two machines' clocks differ by less.
    is_over = sa.or_(passed > budget.lasts // MILLISECOND, passed < -(APART // MILLISECOND))
    insert = upsert(_attempts)
    counted = insert.values(email=email, address=address, window_start=moment, attempts=1).on_conflict_do_update(
        index_elements=["email", "address"],
        set_={
            "attempts": sa.case((is_over, 1), else_=_attempts.c.attempts + 1),
            "window_start": sa.case((is_over, insert.excluded.window_start), else_=_attempts.c.window_start),
        },
        where=sa.or_(is_over, _attempts.c.attempts < budget.allowed(passed)),
    )
    found: int | None = tx.execute(counted.returning(_attempts.c.attempts)).scalar_one_or_none()
    if found is None:
        raise TooMany(t("accounts.too_many_attempts"), _wait(tx, email, address, budget, moment))
    return found


def count_signed_in(tx: Connection, actor: Actor, origin: str) -> None:
    """Somebody who is signed in says the password again. A thief makes new sign-ins as they like: all of them are
    counted together, too. Raises TooMany."""
    count(tx, actor.email, origin)
    if count(tx, actor.email, SIGNED_IN, ACCOUNT) == ACCOUNT.burst and actor.role != Role.CLIENT:
        log.append(tx, PasswordsGuessed(actor.id, actor.email), None)


def forget_signed_in(tx: Connection, actor: Actor, origin: str) -> None:
    """It was right."""
    forget(tx, actor.email, origin)
    give_back(tx, actor.email, SIGNED_IN)


def forget(tx: Connection, email: str, address: str) -> None:
    """The password was right: nobody guesses here."""
    tx.execute(sa.delete(_attempts).where(*_is(email, address)))


def give_back(tx: Connection, email: str, address: str) -> None:
    """The password was right: this attempt was none."""
    one_less = sa.update(_attempts).where(*_is(email, address), _attempts.c.attempts > 0)
    tx.execute(one_less.values(attempts=_attempts.c.attempts - 1))


def _wait(tx: Connection, email: str, address: str, budget: Budget, moment: datetime) -> int:
    """Seconds until there is another attempt."""
    row = tx.execute(sa.select(_attempts).where(*_is(email, address))).one()
    then: datetime = row.window_start + budget.lasts
    if budget.pause is not None:
        then = min(then, row.window_start + budget.pause * (row.attempts - budget.burst + 1))
    return max(1, int((then - moment).total_seconds()) + 1)


def _is(email: str, address: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _attempts.c.email == email, _attempts.c.address == address


def _milliseconds(moment: datetime) -> Any:
    return sa.literal(round(moment.timestamp() * 1000), sa.BigInteger)
