"""Who has forgotten their password is written to, without anybody learning whose addresses are known here."""

from datetime import timedelta

from printalma.accounts import attempts, queries
from printalma.accounts.attempts import ANY, Budget
from printalma.accounts.form_keys import once
from printalma.accounts.policy import Role
from printalma.config import settings
from printalma.db import Connection, table, transactional, upsert
from printalma.events import log
from printalma.events.types import PasswordForgotten
from printalma.lib.clock import now
from printalma.mail.models import Reader

OF_ACCOUNT = Budget(3, timedelta(hours=1))  # whose mailbox nobody is to fill
OF_ADDRESS = Budget(10, timedelta(hours=1))  # of whoever tries one address of e-mail after the other
MAIL = "password by mail"  # in place of an address: these are no attempts to sign in

_readers = table(Reader)


@transactional
@once
def forgotten(tx: Connection, email: str, address: str) -> None:
    """Have a link sent to who has this e-mail, if it is somebody of the team. Raises TooMany, whosever it is."""
    attempts.count(tx, ANY, f"{MAIL} {address}"[:64], OF_ADDRESS)
    attempts.count(tx, email, MAIL, OF_ACCOUNT)
    user = queries.user_by_email(tx, email)
    if user is None or not user.active or user.role == Role.CLIENT:
        return
    _asked(tx, user.id)
    log.append(tx, PasswordForgotten(user.id), None)


def _asked(tx: Connection, user_id: int) -> None:
    """Who asks is tried at once, whatever became of what they asked before."""
    given = settings().mail
    values = {"asked_at": now(), "host": given.host if given else "", "failures": 0, "resting_until": None}
    row = upsert(_readers).values(user_id=user_id, created_at=now(), **values)
    tx.execute(row.on_conflict_do_update(index_elements=[_readers.c.user_id], set_=values))
