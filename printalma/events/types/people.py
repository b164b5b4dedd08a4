"""What can happen to users and their sign-ins."""

from dataclasses import dataclass

from printalma.events.types.base import Event


@dataclass(frozen=True)
class UserAdded(Event):
    user_id: int
    role: str


@dataclass(frozen=True)
class UserChanged(Event):
    """`change` is one of: disabled, enabled, role, password, name."""

    user_id: int
    change: str


@dataclass(frozen=True)
class InvitationMade(Event):
    invitation_id: int
    role: str


@dataclass(frozen=True)
class InvitationEnded(Event):
    """Used or taken back."""

    invitation_id: int


@dataclass(frozen=True)
class PasswordLinkMade(Event):
    """A colleague made a link by which the user may choose another password."""

    user_id: int


@dataclass(frozen=True)
class PasswordForgotten(Event):
    """Somebody who knows the user's address asked for such a link by mail."""

    user_id: int


@dataclass(frozen=True)
class AccessEnded(Event):
    """These sign-ins of the user have ended: every socket opened with one of them closes."""

    user_id: int
    sign_ins: list[str]


@dataclass(frozen=True)
class PasswordsGuessed(Event):
    """Somebody tries many passwords on one account of the team, or, with neither name, on many accounts."""

    user_id: int | None
    email: str | None


@dataclass(frozen=True)
class SignInEnding(Event):
    """A sign-in that has devices is about to run out, because nobody has used it."""

    user_id: int
    role: str
    sign_in: str
    ends_at: str


@dataclass(frozen=True)
class NotificationsRead(Event):
    """An admin has read notifications, on whichever device. It is about nobody's account or order, so it stands under
    no `user_id`: the first event about a user is their arrival."""

    reader_id: int
