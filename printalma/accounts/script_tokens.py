"""Tokens for scripts: sign-ins of their own, which their owner names, sees and ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from printalma.accounts import queries
from printalma.accounts.actor import Actor
from printalma.accounts.commands import NameToken
from printalma.accounts.form_keys import once
from printalma.accounts.models import SignIn, lasting_id
from printalma.accounts.sign_ins import begin_sign_in, end_access, signed_in_once
from printalma.db import Connection, table, transaction
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, NotFound
from printalma.lib.i18n import t

MAX_TOKENS = 20

_sessions = table(SignIn)


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


def open_tokens(connection: Connection, user_id: int) -> Sequence[ScriptToken]:
    """The user's script tokens that still work, the newest first."""
    columns = (_sessions.c.id, _sessions.c.label, _sessions.c.created_at, _sessions.c.expires_at)
    chosen = sa.select(*columns).where(_sessions.c.user_id == user_id, _sessions.c.label.is_not(None))
    chosen = chosen.where(_sessions.c.ended_at.is_(None), _sessions.c.expires_at > now())
    return [ScriptToken(*row) for row in connection.execute(chosen.order_by(_sessions.c.created_at.desc()))]


def make(command: NameToken, actor: Actor) -> Actor:
    """Who a new token acts as. Raises Conflict when there are MAX_TOKENS of them."""

    def work(tx: Connection) -> Actor:
        user = queries.user_for_update(tx, actor.id)
        if len(open_tokens(tx, actor.id)) >= MAX_TOKENS:
            raise Conflict(t("profile.tokens_full", most=MAX_TOKENS))
        return begin_sign_in(tx, user, command.label)

    return transaction(signed_in_once(work))


def end(mark: str, actor: Actor) -> None:
    """End one of the actor's script tokens, and its sockets. Raises NotFound when it has ended."""

    def work(tx: Connection) -> None:
        found = [token.sign_in for token in open_tokens(tx, actor.id) if token.mark == mark]
        if not found:
            raise NotFound(t("profile.token_unknown"))
        end_access(tx, actor.id, found, actor.id)

    transaction(once(work))
