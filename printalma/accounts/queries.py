"""Reading users and sign-ins."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.models import JTI, Invitation, SignIn, User, kept_id, lasting_id
from printalma.accounts.policy import ADMIN, OWNER, Role, roles_that_may
from printalma.db import Connection, Row, table
from printalma.db.prepared import Prepared
from printalma.lib.letters import alphabetical

_users = table(User)
_sessions = table(SignIn)
_invitations = table(Invitation)
_ACTOR = "id", "email", "first_name", "last_name", "role"
_ACTORS = Prepared(
    sa.select(*(_users.c[name] for name in _ACTOR), _sessions.c.expires_at, _sessions.c.id.label("sign_in"))
    .join(_sessions, _sessions.c.user_id == _users.c.id)
    .where(
        _sessions.c.id.in_(sa.bindparam("ids", expanding=True)),
        _sessions.c.ended_at.is_(None),
        _sessions.c.expires_at > sa.bindparam("now"),
        _users.c.active,
    ),
    ["ids"],
)


def actor(connection: Connection, jti: str, now: datetime) -> Actor | None:
    """Who acts through the sign-in of a token; None when it has ended, expired, or its user is disabled."""
    return actors(connection, [jti], now).get(jti)


def actors(connection: Connection, jtis: Collection[str], now: datetime) -> Mapping[str, Actor]:
    """The same of several tokens, by their `jti`; who acts no longer is not among them."""
    named = {kept_id(jti): jti for jti in jtis}
    # The second for the rows of an older release. A hash is no `jti`: whoever read it here cannot use it.
    named |= {jti: jti for jti in jtis if len(jti) == JTI}
    rows = _ACTORS.all(connection, {"ids": [*named], "now": now})
    return {(jti := named[row.sign_in]): actor_from(row, jti, row.sign_in, row.expires_at) for row in rows}


def actor_from(row: Row, jti: str, sign_in: str, expires_at: datetime) -> Actor:
    """The actor that a row of `users` is, through a sign-in."""
    return Actor(row.id, row.email, row.first_name, row.last_name, Role(row.role), jti, sign_in, expires_at)


def open_until(connection: Connection, user_ids: Collection[int]) -> dict[str, datetime]:
    """When the sign-ins of these users run out that have not ended, by their lasting ids."""
    chosen = sa.select(_sessions.c.id, _sessions.c.expires_at).where(
        _sessions.c.user_id.in_(user_ids), _sessions.c.ended_at.is_(None)
    )
    return {lasting_id(row.id): row.expires_at for row in connection.execute(chosen)}


def user_by_email(connection: Connection, email: str) -> Row | None:
    return connection.execute(sa.select(_users).where(_users.c.email == email.lower())).one_or_none()


def require_user(connection: Connection, user_id: int) -> Row:
    """The user with this id, who is known to exist: users are disabled, never deleted."""
    return connection.execute(sa.select(_users).where(_users.c.id == user_id)).one()


def user_by_id(connection: Connection, user_id: int) -> Row | None:
    return connection.execute(sa.select(_users).where(_users.c.id == user_id)).one_or_none()


def user_for_update(connection: Connection, user_id: int) -> Row:
    """The user, locked until the end of the transaction."""
    return connection.execute(sa.select(_users).where(_users.c.id == user_id).with_for_update()).one()


def admins(connection: Connection) -> Sequence[Row]:
    return connection.execute(
        sa.select(_users).where(_users.c.role.in_(roles_that_may(ADMIN))).order_by(_users.c.id)
    ).all()


def open_sign_ins(connection: Connection, user_id: int) -> list[str]:
    """The ids of the user's sign-ins that have not ended."""
    chosen = sa.select(_sessions.c.id).where(_sessions.c.user_id == user_id, _sessions.c.ended_at.is_(None))
    return list(connection.scalars(chosen))


def members(connection: Connection) -> Sequence[Row]:
    """Everybody who is not a customer, by name, with when they last signed in (`seen_at`)."""
    seen = sa.select(sa.func.max(_sessions.c.created_at)).where(_sessions.c.user_id == _users.c.id).scalar_subquery()
    chosen = sa.select(_users, seen.label("seen_at")).where(_users.c.role != Role.CLIENT.value)
    found = connection.execute(chosen.order_by(_users.c.id)).all()
    return sorted(found, key=lambda user: (not user.active, alphabetical(f"{user.first_name} {user.last_name}")))


def lock_owners(tx: Connection) -> None:
    """Nobody else takes an owner's role or right away before the end of the transaction."""
    owners = sa.select(_users.c.id).where(_users.c.role.in_(roles_that_may(OWNER))).order_by(_users.c.id)
    tx.execute(owners.with_for_update()).all()


def active_owners(connection: Connection) -> list[int]:
    chosen = sa.select(_users.c.id).where(_users.c.role.in_(roles_that_may(OWNER)), _users.c.active)
    return list(connection.scalars(chosen))


def open_invitations(connection: Connection, now: datetime) -> Sequence[Row]:
    """Links that still open, newest first, with who made them (`by`)."""
    by = sa.func.trim(_users.c.first_name + " " + _users.c.last_name).label("by")
    chosen = sa.select(_invitations, by).join(_users, _users.c.id == _invitations.c.invited_by)
    return connection.execute(chosen.where(*_is_open(now)).order_by(_invitations.c.id.desc())).all()


def open_invitation(connection: Connection, token_hash: str, now: datetime) -> Row | None:
    """An invitation that still opens: who made it works here, and may give its role."""
    may_give = sa.or_(_users.c.role.in_(roles_that_may(OWNER)), _invitations.c.role.not_in(roles_that_may(OWNER)))
    chosen = sa.select(_invitations).join(_users, _users.c.id == _invitations.c.invited_by)
    still = (_users.c.active, _users.c.role.in_(roles_that_may(ADMIN)), may_give)
    return connection.execute(
        chosen.where(_invitations.c.token_hash == token_hash, *_is_open(now), *still)
    ).one_or_none()


def _is_open(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (_invitations.c.ended_at.is_(None), _invitations.c.expires_at > now)
