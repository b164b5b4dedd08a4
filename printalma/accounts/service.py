"""What happens to accounts: one verb, one transaction, one event."""

import sqlalchemy as sa

from printalma.accounts import attempts, first_admin, password_links, passwords, policy, queries, sign_ins
from printalma.accounts.actor import Actor
from printalma.accounts.commands import AddAdmin, ChangePassword, NewPassword, Register, Rename
from printalma.accounts.form_keys import is_done, once
from printalma.accounts.models import Invitation, User, lasting_id
from printalma.accounts.policy import ATELIER, Role
from printalma.db import Connection, Row, reading, table, transaction, transactional, upsert
from printalma.events import log
from printalma.events.types import InvitationEnded, UserAdded, UserChanged
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, FieldError, Invalid, NotFound
from printalma.lib.i18n import t

_users = table(User)
_invitations = table(Invitation)


def register(command: Register) -> Actor:
    """A new customer, signed in. Raises Conflict for a known e-mail."""
    return _register(command, passwords.hashed(command.password))


def add_admin(command: AddAdmin, actor_id: int | None) -> int:
    """A new admin's id. Raises Conflict for a known e-mail, Invalid for a weak password."""
    check_password(command.password, command.email)
    return _add_admin(command, passwords.hashed(command.password), actor_id)


def change_password(command: ChangePassword, actor: Actor) -> None:
    """Set a new password; every other sign-in of the user ends.

    Raises Invalid when the present one is wrong or the new one will not do, TooMany when it was guessed too often: a
    stolen phone is no place to try passwords, from however many addresses.
    """
    if is_done():
        return  # sent again: the old password is wrong by now, because it has been changed
    command.check()
    if actor.may(ATELIER):
        check_password(command.newPassword, actor.email, "newPassword")
    known = confirm_password(command.currentPassword, actor)
    password_hash = passwords.hashed(command.newPassword)
    first_admin.forget(_store_password(actor.id, password_hash, actor.id, keep=actor.sign_in, known=known))


def choose_password(token: str, command: NewPassword) -> Actor:
    """Set the password of whom a link is for, signed in; their other sign-ins end.

    Raises NotFound for a link that opens nothing, Invalid for a weak password.
    """
    try:
        with reading() as connection:  # before a password is hashed: a made-up link costs nothing
            user = password_links.opened(connection, token)
        if policy.may(Role(user.role), ATELIER):
            check_password(command.password, user.email)
    except NotFound:
        if not is_done():
            raise
    actor = _choose_password(token, passwords.hashed(command.password))
    first_admin.forget(actor.email)
    return actor


def confirm_password(password: str, actor: Actor) -> str:
    """The hash that the actor's password was found right by; see change_password for what it raises."""
    email, origin = actor.email, lasting_id(actor.sign_in)
    with attempts.one_at_a_time(email, origin):
        transaction(lambda tx: attempts.count_signed_in(tx, actor, origin))
        with reading() as connection:
            user = queries.require_user(connection, actor.id)
        if not passwords.matches(password, user.password_hash):
            raise _wrong_password()
        transaction(lambda tx: attempts.forget_signed_in(tx, actor, origin))
    known: str = user.password_hash
    return known


def check_password(password: str, email: str, field: str = "password") -> None:
    """Raises Invalid for a password that nobody of the team may choose."""
    if passwords.is_weak(password, email):
        sentence = t("accounts.password_weak", letters=passwords.TEAM_LETTERS)
        raise Invalid(sentence, errors=[FieldError(field, sentence)])


def reset_password(user: Row, password: str, actor_id: int | None) -> None:
    """Set a password without knowing the old one; all sign-ins of the user end. Raises Invalid for a weak one."""
    if policy.may(Role(user.role), ATELIER):
        check_password(password, user.email)
    first_admin.forget(_store_password(user.id, passwords.hashed(password), actor_id, keep=None))


@transactional
def set_active(tx: Connection, user_id: int, active: bool, actor_id: int | None) -> None:
    """Enable or disable a user. Disabling ends all their rights."""
    store_active(tx, user_id, active, actor_id)


@transactional
@once
def rename(tx: Connection, command: Rename, actor: Actor) -> None:
    """Go by another name."""
    names = {"first_name": command.firstName, "last_name": command.lastName}
    tx.execute(sa.update(_users).where(_users.c.id == actor.id).values(names))
    log.append(tx, UserChanged(actor.id, "name"), actor.id)


def require_user(email: str) -> Row:
    """The user with this e-mail. Raises NotFound."""
    with reading() as connection:
        user = queries.user_by_email(connection, email)
    if user is None:
        raise NotFound(t("accounts.unknown", email=email))
    return user


def _wrong_password() -> Invalid:
    sentence = t("accounts.wrong_password")
    return Invalid(sentence, errors=[FieldError("currentPassword", sentence)])


@transactional
def _register(tx: Connection, command: Register, password_hash: str) -> Actor:
    user_id = add_user(tx, command, Role.CLIENT, password_hash)
    actor = sign_ins.begin_sign_in(tx, queries.require_user(tx, user_id))
    log.append(tx, UserAdded(user_id, Role.CLIENT), user_id)
    return actor


@transactional
def _add_admin(tx: Connection, command: AddAdmin, password_hash: str, actor_id: int | None) -> int:
    user_id = add_user(tx, command, command.role, password_hash)
    log.append(tx, UserAdded(user_id, command.role), actor_id)
    return user_id


def add_user(tx: Connection, command: Register, role: Role, password_hash: str) -> int:
    """A new user's id, inside the caller's transaction. Raises Conflict for a known e-mail."""
    # Of two registrations of one e-mail at once, the second waits here for the first.
    added = tx.execute(
        upsert(_users)
        .values(
            email=command.email,
            password_hash=password_hash,
            first_name=command.firstName,
            last_name=command.lastName,
            role=role,
            active=True,
            created_at=now(),
        )
        .on_conflict_do_nothing(index_elements=[_users.c.email])
        .returning(_users.c.id)
    )
    user_id: int | None = added.scalar_one_or_none()
    if user_id is None:
        raise Conflict(t("accounts.email_taken"))
    return user_id


@transactional
@once
def _store_password(
    tx: Connection, user_id: int, password_hash: str, actor_id: int | None, keep: str | None, known: str | None = None
) -> str:
    """The user's e-mail. `known` is the hash that must still be there: of two changes at once by the same old password,
    one is late."""
    user = queries.user_for_update(tx, user_id)
    if known not in (None, user.password_hash):
        raise _wrong_password()
    _put_password(tx, user_id, password_hash, actor_id, keep)
    return str(user.email)


@transactional
@sign_ins.signed_in_once
def _choose_password(tx: Connection, token: str, password_hash: str) -> Actor:
    link = password_links.opened(tx, token)
    user = queries.user_for_update(tx, link.user_id)  # before the link: who lets somebody go locks them in this order
    password_links.use(tx, link.id)
    actor = sign_ins.begin_sign_in(tx, user)
    _put_password(tx, user.id, password_hash, user.id, actor.sign_in)
    return actor


def _put_password(tx: Connection, user_id: int, password_hash: str, actor_id: int | None, keep: str | None) -> None:
    """What the old one opened is over, but for the sign-in `keep`: links for another password, too."""
    tx.execute(sa.update(_users).where(_users.c.id == user_id).values(password_hash=password_hash, weak_password=False))
    password_links.end_of(tx, user_id)
    others = [sign_in for sign_in in queries.open_sign_ins(tx, user_id) if sign_in != keep]
    sign_ins.end_access(tx, user_id, others, actor_id)
    log.append(tx, UserChanged(user_id, "password"), actor_id)


def store_active(tx: Connection, user_id: int, active: bool, actor_id: int | None) -> None:
    """Enable or disable a user inside the caller's transaction."""
    tx.execute(sa.update(_users).where(_users.c.id == user_id).values(active=active))
    if not active:
        end_rights(tx, user_id, actor_id)
    log.append(tx, UserChanged(user_id, "enabled" if active else "disabled"), actor_id)


def end_rights(tx: Connection, user_id: int, actor_id: int | None) -> None:
    """Somebody is disabled or gets another role: end the user's sign-ins, open invitations and links for passwords,
    those for their own, too, inside the caller's transaction.

    A dismissed admin once came back through a link of their own making.
    """
    password_links.end_by(tx, user_id)
    password_links.end_of(tx, user_id)
    is_open = (_invitations.c.ended_at.is_(None), _invitations.c.expires_at > now())
    closed = sa.update(_invitations).where(_invitations.c.invited_by == user_id, *is_open).values(ended_at=now())
    invitations = list(tx.scalars(closed.returning(_invitations.c.id)))
    sign_ins.end_access(tx, user_id, queries.open_sign_ins(tx, user_id), actor_id)
    for invitation_id in invitations:
        log.append(tx, InvitationEnded(invitation_id), actor_id)
