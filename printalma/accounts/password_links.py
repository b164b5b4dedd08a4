"""Links by which somebody of the team chooses another password: each opens once, within an hour.

The secret is in the link alone. One that is sent by mail is drawn when it is sent: nothing that waits holds it.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from printalma.accounts.models import PasswordLink, User, link_hash
from printalma.accounts.policy import ADMIN, OWNER, Role, roles_that_may
from printalma.db import Connection, Row, table
from printalma.lib.clock import now
from printalma.lib.errors import NotFound
from printalma.lib.i18n import t

LINK_LASTS = timedelta(hours=1)

_links = table(PasswordLink)
_users = table(User)


def add(tx: Connection, user_id: int, token: str, made_by: int | None) -> None:
    """From now on `token` opens the user's account, inside the caller's transaction."""
    moments = {"created_at": now(), "expires_at": now() + LINK_LASTS}
    tx.execute(sa.insert(_links).values(token_hash=link_hash(token), user_id=user_id, made_by=made_by, **moments))


def opened(connection: Connection, token: str) -> Row:
    """Whose account a link opens: `user_id`, with `email` and `role`. Raises NotFound for one that was used, has
    ended or never was, or whose maker may no longer have to do with that person."""
    maker = _users.alias("maker")
    outranks = sa.or_(maker.c.role.in_(roles_that_may(OWNER)), _users.c.role.not_in(roles_that_may(OWNER)))
    still = sa.and_(maker.c.active, maker.c.role.in_(roles_that_may(ADMIN)), outranks)
    chosen: sa.Select[Any] = (
        sa.select(_links.c.id, _links.c.user_id, _users.c.email, _users.c.first_name, _users.c.role)
        .join(_users, _users.c.id == _links.c.user_id)
        .outerjoin(maker, maker.c.id == _links.c.made_by)
        .where(_links.c.token_hash == link_hash(token), _links.c.ended_at.is_(None), _links.c.expires_at > now())
        .where(_users.c.active, _users.c.role != Role.CLIENT.value, sa.or_(_links.c.made_by.is_(None), still))
    )
    found = connection.execute(chosen).one_or_none()
    if found is None:
        raise NotFound(t("password.link_over"))
    return found


def use(tx: Connection, link_id: int) -> None:
    """Close a link, which only one transaction can. Raises NotFound."""
    closed = sa.update(_links).where(_links.c.id == link_id, _links.c.ended_at.is_(None)).values(ended_at=now())
    if tx.execute(closed).rowcount == 0:
        raise NotFound(t("password.link_over"))


def end_of(tx: Connection, user_id: int) -> None:
    """The user's links open nothing any more: there is another password, or another role."""
    _end(tx, _links.c.user_id == user_id)


def end_by(tx: Connection, user_id: int) -> None:
    """What the user made for colleagues opens nothing any more."""
    _end(tx, _links.c.made_by == user_id)


def _end(tx: Connection, which: sa.ColumnElement[bool]) -> None:
    tx.execute(sa.update(_links).where(which, _links.c.ended_at.is_(None)).values(ended_at=now()))
