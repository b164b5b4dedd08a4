"""Every way a sign-in begins, goes on or ends: a row of `sessions`, and an event that closes its sockets.

A script has a sign-in of its own, behind a token that its owner names, sees and ends.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec

import sqlalchemy as sa

from printalma.accounts import attempts, form_keys, passwords, policy, queries
from printalma.accounts.actor import Actor
from printalma.accounts.attempts import Guess, KnownDevice
from printalma.accounts.commands import Login, NameToken
from printalma.accounts.form_keys import once
from printalma.accounts.models import JTI, SignIn, User, kept_id, lasting_id
from printalma.accounts.policy import ATELIER, Role
from printalma.db import Connection, Row, reading, table, transaction, transactional
from printalma.events import log
from printalma.events.types import AccessEnded
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, NotFound, Unauthorized
from printalma.lib.i18n import t

SIGN_IN_LASTS = timedelta(days=30)  # without use
RENEWED = timedelta(days=1)  # use is written down once a day, not with each request
MAX_TOKENS = 20  # of one person's scripts

P = ParamSpec("P")
_sessions = table(SignIn)
_users = table(User)


@dataclass(frozen=True)
class ScriptToken:
    """A script's sign-in as its owner sees it. `mark` names it in a form; nobody can sign in with it."""

    sign_in: str
    label: str
    created_at: datetime
    expires_at: datetime

    @property
    def mark(self) -> str:
        return lasting_id(self.sign_in)


def login(command: Login, address: str, device: KnownDevice | None = None) -> Actor:
    """Sign in. Raises Unauthorized, the same for an unknown user and a wrong password, or TooMany."""
    email = command.email.lower()[:254]  # lower case may be longer than what was typed ("İ")
    with reading() as connection:
        user = queries.user_by_email(connection, email)
    guess = Guess(email, address, device if device and user and user.id in device.users else None, user)
    with attempts.one_at_a_time(email, guess.origin):
        transaction(guess.count)
        if not passwords.matches(command.password, user.password_hash if user else None) or user is None:
            raise _bad_login()
        weak = policy.may(Role(user.role), ATELIER) and passwords.is_weak(command.password, email)
        return _login(user, guess, weak)


def signed_in_once(begin: Callable[Concatenate[Connection, P], Actor]) -> Callable[Concatenate[Connection, P], Actor]:
    """`begin`, which signs somebody in: a form sent twice begins one sign-in, as long as that has not ended."""
    return once(
        begin,
        kept=lambda actor: actor.sign_in,
        recalled=lambda tx, _: queries.actor(tx, form_keys.secret(JTI) or "", now()),
    )


@transactional
@signed_in_once
def _login(tx: Connection, user: Row, guess: Guess, weak: bool) -> Actor:
    # Locked: a password that changes now ends this sign-in with the others, or is seen here.
    present = queries.user_for_update(tx, user.id)
    if not present.active or present.password_hash != user.password_hash:
        raise _bad_login()
    guess.forget(tx)
    if present.weak_password != weak:
        tx.execute(sa.update(_users).where(_users.c.id == user.id).values(weak_password=weak))
    return begin_sign_in(tx, present)


def logout(actor: Actor) -> None:
    """End the sign-in the actor acts through."""
    transaction(lambda tx: end_access(tx, actor.id, [actor.sign_in], actor.id))


def begin_sign_in(tx: Connection, user: Row, label: str | None = None) -> Actor:
    """Sign the user in, inside the caller's transaction; with a `label`, for a script."""
    moment: datetime = now()
    jti = _new_jti(tx)
    actor = queries.actor_from(user, jti, kept_id(jti), moment + SIGN_IN_LASTS)
    tx.execute(
        sa.insert(_sessions).values(
            id=actor.sign_in,
            user_id=actor.id,
            created_at=moment,
            expires_at=actor.expires_at,
            ended_at=None,
            label=label,
        )
    )
    return actor


def _new_jti(tx: Connection) -> str:
    """A form sent again finds its sign-in by the same `jti`, of which nothing is kept; if that has ended, by none."""
    jti = form_keys.secret(JTI)
    if jti is None or tx.execute(sa.select(_sessions.c.id).where(_sessions.c.id == kept_id(jti))).first():
        return secrets.token_hex(JTI // 2)
    return jti


def renewed(actor: Actor) -> Actor | None:
    """The actor with more time, when theirs was last counted a day ago or more; None when there is nothing to do."""
    until = now() + SIGN_IN_LASTS
    if actor.expires_at > until - RENEWED:
        return None
    # What they were let in by: of the requests of one page, one writes.
    mine = (_sessions.c.id == actor.sign_in, _sessions.c.expires_at == actor.expires_at, _sessions.c.ended_at.is_(None))
    renew = sa.update(_sessions).where(*mine).values(expires_at=until)
    return replace(actor, expires_at=until) if transaction(lambda tx: tx.execute(renew).rowcount) else None


def end_access(tx: Connection, user_id: int, sign_ins: list[str], actor_id: int | None) -> None:
    """End these of the user's sign-ins, inside the caller's transaction."""
    if not sign_ins:
        return
    ids = {*sign_ins, *map(lasting_id, sign_ins)}
    ended = sa.update(_sessions).where(_sessions.c.id.in_(ids), _sessions.c.ended_at.is_(None))
    tx.execute(ended.values(ended_at=now()))
    log.append(tx, AccessEnded(user_id, sign_ins), actor_id)


def open_tokens(connection: Connection, user_id: int) -> Sequence[ScriptToken]:
    """The user's script tokens that still work, the newest first."""
    columns = (_sessions.c.id, _sessions.c.label, _sessions.c.created_at, _sessions.c.expires_at)
    chosen = sa.select(*columns).where(_sessions.c.user_id == user_id, _sessions.c.label.is_not(None))
    chosen = chosen.where(_sessions.c.ended_at.is_(None), _sessions.c.expires_at > now())
    return [ScriptToken(*row) for row in connection.execute(chosen.order_by(_sessions.c.created_at.desc()))]


@transactional
@signed_in_once
def make_token(tx: Connection, command: NameToken, actor: Actor) -> Actor:
    """Who a new token acts as. Raises Conflict when there are MAX_TOKENS of them, and Unauthorized when the sign-in has
    ended since the request was let in: who ends them all by another password ends this token, or is seen here."""
    user = queries.user_for_update(tx, actor.id)
    if queries.actor(tx, actor.jti, now()) is None:
        raise Unauthorized(t("errors.401"))
    if len(open_tokens(tx, actor.id)) >= MAX_TOKENS:
        raise Conflict(t("profile.tokens_full", most=MAX_TOKENS))
    return begin_sign_in(tx, user, command.label)


@transactional
@once
def end_token(tx: Connection, mark: str, actor: Actor) -> None:
    """End one of the actor's script tokens, and its sockets. Raises NotFound when it has ended."""
    found = [token.sign_in for token in open_tokens(tx, actor.id) if token.mark == mark]
    if not found:
        raise NotFound(t("profile.token_unknown"))
    end_access(tx, actor.id, found, actor.id)


def _bad_login() -> Unauthorized:
    sentence = t("accounts.bad_login")
    return Unauthorized(sentence, data={"message": sentence, "error": "Unauthorized", "statusCode": 401})
