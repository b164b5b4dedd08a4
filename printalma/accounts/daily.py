"""What accounts do once a day: delete what is no longer needed, and hash what an older release kept in plain."""

from datetime import timedelta

import sqlalchemy as sa

from printalma import daily
from printalma.accounts.attempts import ACCOUNT
from printalma.accounts.form_keys import KEYS_LAST
from printalma.accounts.models import JTI, FormKey, Invitation, PasswordLink, SignIn, SignInAttempt, User, kept_id
from printalma.accounts.policy import Role
from printalma.db import Connection, table
from printalma.lib.clock import now

ENDED_FOR = timedelta(days=7)
# A sign-in that ran out keeps its devices told (push.queries), but not for ever.
OUT_FOR = timedelta(days=90)
INVITATION_KEPT = timedelta(days=30)

_sessions = table(SignIn)
_attempts = table(SignInAttempt)
_invitations = table(Invitation)
_password_links = table(PasswordLink)
_users = table(User)
_form_keys = table(FormKey)


def register() -> None:
    daily.register("sign-ins hashed", _hash)
    daily.register("old sign-ins", _old_sign_ins)
    daily.register("old attempts to sign in", _old_attempts)
    daily.register("old invitations", _old_invitations)
    daily.register("old links for passwords", _old_password_links)
    daily.register("old form keys", _old_form_keys)


def _hash(tx: Connection) -> int:
    plain = sa.select(_sessions.c.id).where(sa.func.length(_sessions.c.id) == JTI).limit(daily.MAX_ROWS)
    found = [{"plain": jti, "hashed": kept_id(jti)} for jti in tx.scalars(plain)]
    if found:
        one = sa.update(_sessions).where(_sessions.c.id == sa.bindparam("plain"))
        tx.execute(one.values(id=sa.bindparam("hashed")), found)
    return len(found)


def _old_sign_ins(tx: Connection) -> int:
    """But for each member's latest: the team's page says when it was."""
    moment = now()
    is_over = sa.or_(_sessions.c.ended_at < moment - ENDED_FOR, _sessions.c.expires_at < moment - OUT_FOR)
    later = _sessions.alias("later")
    is_followed = sa.exists().where(later.c.user_id == _sessions.c.user_id, later.c.created_at > _sessions.c.created_at)
    customers = sa.select(_users.c.id).where(_users.c.role == Role.CLIENT.value)
    return daily.delete(tx, _sessions, is_over, sa.or_(is_followed, _sessions.c.user_id.in_(customers)))


def _old_attempts(tx: Connection) -> int:
    return daily.delete(tx, _attempts, _attempts.c.window_start < now() - ACCOUNT.lasts)


def _old_invitations(tx: Connection) -> int:
    before = now() - INVITATION_KEPT
    return daily.delete(tx, _invitations, sa.or_(_invitations.c.ended_at < before, _invitations.c.expires_at < before))


def _old_password_links(tx: Connection) -> int:
    return daily.delete(tx, _password_links, _password_links.c.expires_at < now() - INVITATION_KEPT)


def _old_form_keys(tx: Connection) -> int:
    return daily.delete(tx, _form_keys, _form_keys.c.created_at < now() - KEYS_LAST)
