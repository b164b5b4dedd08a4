"""Who works in the shop: invitations, roles, and who is let in. Only owners (SUPERADMIN) touch owners."""

from datetime import timedelta

import sqlalchemy as sa

from printalma.accounts import password_links, passwords, policy, queries, service, sign_ins
from printalma.accounts.actor import Actor
from printalma.accounts.commands import Invite, Register
from printalma.accounts.form_keys import is_done, once
from printalma.accounts.models import Invitation, User, link_hash
from printalma.accounts.policy import ATELIER, OWNER, Role
from printalma.db import Connection, Row, reading, table, transactional
from printalma.events import log
from printalma.events.types import InvitationEnded, InvitationMade, PasswordLinkMade, UserAdded, UserChanged
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, Forbidden, NotFound
from printalma.lib.i18n import t

INVITATION_LASTS = timedelta(days=7)

_users = table(User)
_invitations = table(Invitation)


@transactional
@once
def invite(tx: Connection, command: Invite, token: str, actor: Actor) -> None:
    """A link by which somebody joins the team. Its secret is `token`, of which the database keeps the hash.

    Raises Forbidden for a role the actor may not give.
    """
    _check_rank(tx, actor, command.role)
    values = {"token_hash": link_hash(token), "label": command.label, "role": command.role.value}
    moments = {"created_at": now(), "expires_at": now() + INVITATION_LASTS}
    added = sa.insert(_invitations).values(**values, **moments, invited_by=actor.id)
    invitation_id: int = tx.execute(added.returning(_invitations.c.id)).scalar_one()
    log.append(tx, InvitationMade(invitation_id, command.role), actor.id)


@transactional
@once
def revoke(tx: Connection, invitation_id: int, actor: Actor) -> None:
    """The link opens nothing any more. Raises NotFound when it is not open."""
    _end(tx, invitation_id)
    log.append(tx, InvitationEnded(invitation_id), actor.id)


def invitation(token: str) -> Row:
    """The open invitation behind a link. Raises NotFound for one that was used, revoked, has expired or never was, or
    whose maker may no longer give its role."""
    with reading() as connection:
        return _open(connection, token)


def accept(token: str, command: Register) -> Actor:
    """Join the team through a link, which opens once; signed in. Raises NotFound, Conflict for a known e-mail, Invalid
    for a weak password."""
    try:
        found = invitation(token)  # before a password is hashed: a made-up link costs nothing
        if policy.may(Role(found.role), ATELIER):
            service.check_password(command.password, command.email)
    except NotFound:
        if not is_done():
            raise
    return _accept(token, command, passwords.hashed(command.password))


@transactional
@once
def change_role(tx: Connection, user_id: int, role: Role, actor: Actor | None) -> None:
    """Give a member another role; all their rights end.

    Raises NotFound, Forbidden, Conflict for the last owner.
    """
    user = _member(tx, user_id, actor)
    _check_rank(tx, actor, role)
    if user.role == role:
        return
    _check_last_owner(tx, user)
    tx.execute(sa.update(_users).where(_users.c.id == user_id).values(role=role.value))
    service.end_rights(tx, user_id, actor.id if actor else None)
    log.append(tx, UserChanged(user_id, "role"), actor.id if actor else None)


@transactional
@once
def set_active(tx: Connection, user_id: int, active: bool, actor: Actor) -> None:
    """Let a member in or keep them out; see change_role for what it raises."""
    user = _member(tx, user_id, actor)
    if user.active == active:
        return
    _check_last_owner(tx, user)
    service.store_active(tx, user_id, active, actor.id)


@transactional
@once
def make_password_link(tx: Connection, user_id: int, token: str, actor: Actor) -> str:
    """For whom the link is by which a colleague chooses another password, once. Its secret is `token`.

    Raises NotFound, Forbidden for oneself and for an owner's account that is not one's own to manage, Conflict for
    somebody who is not let in.
    """
    user = _member(tx, user_id, actor)
    if user.role == Role.CLIENT:
        raise NotFound(t("team.unknown"))
    if not user.active:
        raise Conflict(t("password.is_off"))
    password_links.add(tx, user.id, token, actor.id)
    log.append(tx, PasswordLinkMade(user.id), actor.id)
    return f"{user.first_name} {user.last_name}".strip()


@transactional
@sign_ins.signed_in_once
def _accept(tx: Connection, token: str, command: Register, password_hash: str) -> Actor:
    used = _open(tx, token)
    _end(tx, used.id)
    user_id = service.add_user(tx, command, Role(used.role), password_hash)
    actor = sign_ins.begin_sign_in(tx, queries.require_user(tx, user_id))
    log.append(tx, InvitationEnded(used.id), user_id)
    log.append(tx, UserAdded(user_id, used.role), user_id)
    return actor


def _open(connection: Connection, token: str) -> Row:
    found = queries.open_invitation(connection, link_hash(token), now())
    if found is None:
        raise NotFound(t("team.link_over"))
    return found


def _end(tx: Connection, invitation_id: int) -> None:
    """Close an open invitation, which only one transaction can."""
    is_open = sa.and_(_invitations.c.ended_at.is_(None), _invitations.c.expires_at > now())
    closed = sa.update(_invitations).where(_invitations.c.id == invitation_id, is_open).values(ended_at=now())
    if tx.execute(closed).rowcount == 0:
        raise NotFound(t("team.link_over"))


def _member(tx: Connection, user_id: int, actor: Actor | None) -> Row:
    """Somebody the actor may manage, with the owners locked: two who demote each other wait for one another."""
    queries.lock_owners(tx)
    user = queries.user_by_id(tx, user_id)
    if user is None:
        raise NotFound(t("team.unknown"))
    if actor is not None and user.id == actor.id:
        raise Forbidden(t("team.not_yourself"))
    _check_rank(tx, actor, Role(user.role))
    return user


def _check_rank(tx: Connection, actor: Actor | None, role: Role) -> None:
    """Whether the actor, as the database knows them now, may have to do with `role`. The command line may (None)."""
    if actor is not None and policy.may(role, OWNER) and not _is_owner(queries.require_user(tx, actor.id)):
        raise Forbidden(t("team.owners_only"))


def _check_last_owner(tx: Connection, user: Row) -> None:
    if _is_owner(user) and user.active and queries.active_owners(tx) == [user.id]:
        raise Conflict(t("team.last_owner"))


def _is_owner(user: Row) -> bool:
    return policy.may(Role(user.role), OWNER)
