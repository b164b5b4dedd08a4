"""What somebody loses who is disabled or gets another role: every sign-in, and every open invitation they made."""

import sqlalchemy as sa

from printalma.accounts import queries, sign_ins
from printalma.accounts.models import Invitation
from printalma.db import Connection, table
from printalma.events import log
from printalma.events.types import InvitationEnded
from printalma.lib.clock import now

_invitations = table(Invitation)


def end_all(tx: Connection, user_id: int, actor_id: int | None) -> None:
    """End the user's sign-ins and open invitations, inside the caller's transaction.

    A dismissed admin once came back through a link of their own making.
    """
    is_open = (_invitations.c.ended_at.is_(None), _invitations.c.expires_at > now())
    closed = sa.update(_invitations).where(_invitations.c.invited_by == user_id, *is_open).values(ended_at=now())
    invitations = list(tx.scalars(closed.returning(_invitations.c.id)))
    sign_ins.end_access(tx, user_id, queries.open_sign_ins(tx, user_id), actor_id)
    for invitation_id in invitations:
        log.append(tx, InvitationEnded(invitation_id), actor_id)
