"""Users and their sign-ins."""

import hashlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model, Moment


class User(Model):
    """`weak_password` is of the team's only: one that could not be chosen any more, as of their latest sign-in."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    first_name: Mapped[str] = mapped_column(sa.String(100))
    last_name: Mapped[str] = mapped_column(sa.String(100))
    role: Mapped[str] = mapped_column(sa.String(20))
    active: Mapped[bool] = mapped_column(default=True)
    weak_password: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime] = mapped_column(Moment)


class SignIn(Model):
    """One sign-in, behind a token and the dashboard's cookie alike. `id` is the hash of the token's `jti`, or the
    `jti` itself where an older release made it: the next daily round hashes it. A script's has a `label`."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    label: Mapped[str | None] = mapped_column(sa.String(100))


JTI = 32  # letters; a hash has twice as many


def kept_id(jti: str) -> str:
    """What is kept of a `jti`. It is 128 random bits, so a plain hash tells nothing of it: with the key beside it, a
    copy of the database was an owner's sign-in as long as the `jti` itself stood there."""
    return hashlib.sha256(jti.encode()).hexdigest()


def lasting_id(sign_in: str) -> str:
    """The `id` that the row of a sign-in has, or will have once it is hashed."""
    return kept_id(sign_in) if len(sign_in) == JTI else sign_in


def link_hash(token: str) -> str:
    """What is kept of a link's secret. It is 256 random bits: a plain hash keeps it from whoever reads the database."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


class Invitation(Model):
    """A link into the team. `label` says for whom it was made; `ended_at` when it was used or taken back."""

    __tablename__ = "invitations"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    label: Mapped[str] = mapped_column(sa.String(100))
    role: Mapped[str] = mapped_column(sa.String(20))
    invited_by: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class PasswordLink(Model):
    """A link by which somebody of the team chooses another password. `made_by` is the colleague who made it; None where
    it was sent to them by mail. `ended_at` when it was used, or when another end came first."""

    __tablename__ = "password_links"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"), index=True)
    made_by: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Twin(Model):
    """An account whose address, without what nobody sees in it, is another's. The owner is told until they say so."""

    __tablename__ = "twin_accounts"
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"), primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"))


class SignInAttempt(Model):
    """Failed sign-ins of one e-mail from one address since `window_start`; of either, "" stands for all of them."""

    __tablename__ = "sign_in_attempts"
    email: Mapped[str] = mapped_column(sa.String(254), primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int]


class FormKey(Model):
    """A form that has acted: the hash of its key, its sender and its content, and what its act returned."""

    __tablename__ = "form_keys"
    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    result: Mapped[Any | None] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
