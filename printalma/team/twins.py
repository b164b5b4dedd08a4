"""Accounts that invisible signs in an address made twice: both stay, and the team is told."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from printalma.accounts import queries
from printalma.accounts.models import Twin, User
from printalma.db import Connection, table, transaction
from printalma.web import pages

_users = table(User)
_twins = table(Twin)


def correct_email(tx: Connection, user_id: int, email: str) -> bool:
    """Let an account go by the address that its owner types, unless that is another's already; whether it was new."""
    other = queries.user_by_email(tx, email)
    known = sa.select(_twins.c.user_id).where(_twins.c.user_id == user_id)
    if other is None:
        tx.execute(sa.update(_users).where(_users.c.id == user_id).values(email=email))
        return True
    if tx.scalar(known) is not None:
        return False
    tx.execute(sa.insert(_twins).values(user_id=user_id, other_id=other.id))
    return True


def found(connection: Connection) -> Sequence[Any]:
    """The accounts that nobody can sign in to, with the address by which they were meant."""
    own, other = _users.alias(), _users.alias()
    name = sa.func.trim(own.c.first_name + " " + own.c.last_name).label("name")
    chosen = sa.select(_twins.c.user_id, name, own.c.created_at, other.c.email)
    joined = chosen.join(own, own.c.id == _twins.c.user_id).join(other, other.c.id == _twins.c.other_id)
    return connection.execute(joined.order_by(_twins.c.user_id)).all()


def is_any() -> bool:
    """For every page of the team."""
    with pages.beside() as connection:
        return connection.execute(sa.select(_twins.c.user_id).limit(1)).first() is not None


def acknowledge() -> None:
    """The team knows: nobody is told any more."""
    transaction(lambda tx: tx.execute(sa.delete(_twins)))
