"""Devices that asked to be told, what waits to be told to each, and what their owners want to hear of."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model, Moment


class Outcome(StrEnum):
    """What came of one attempt to send."""

    DELIVERED = "delivered"
    GONE = "gone"  # the device is no longer there
    REFUSED = "refused"
    NOT_OURS = "not_ours"  # the vendor does not take our key
    TOO_LONG = "too_long"
    BUSY = "busy"
    FAILING = "failing"
    UNREACHABLE = "unreachable"
    SLOW = "slow"


class PushKey(Model):
    """One row: the shop's own VAPID pair, base64url, and the one before. While the environment gives one, they serve
    only the devices that subscribed with them."""

    __tablename__ = "push_keys"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    private: Mapped[str] = mapped_column(sa.String(64))
    previous: Mapped[str | None] = mapped_column(sa.String(64))


class PushCursor(Model):
    """One row: up to which event deliveries have been planned. Whoever plans holds its lock until the commit."""

    __tablename__ = "push_cursor"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    upto: Mapped[int] = mapped_column(sa.BigInteger)


class Device(Model):
    """A browser's subscription (RFC 8291). `key` is the public key it subscribed with: no other can reach it.

    It belongs to the sign-in it was enabled through, and ends with it; None is an older release's. `reminded_of` is the
    end of that sign-in which the owner has been told of.
    `failures` counts since the last success; until `resting_until` nothing is tried. `paced_until` spaces what it gets.
    """

    __tablename__ = "push_devices"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"), index=True)
    sign_in: Mapped[str | None] = mapped_column(
        sa.String(64), sa.ForeignKey("sessions.id", onupdate="CASCADE", ondelete="CASCADE"), index=True
    )
    reminded_of: Mapped[datetime | None] = mapped_column(Moment)
    endpoint: Mapped[str] = mapped_column(sa.String(2000), unique=True)
    host: Mapped[str] = mapped_column(sa.String(255))
    p256dh: Mapped[str] = mapped_column(sa.String(88))
    auth: Mapped[str] = mapped_column(sa.String(24))
    key: Mapped[str] = mapped_column(sa.String(88))
    name: Mapped[str] = mapped_column(sa.String(80))
    created_at: Mapped[datetime] = mapped_column(Moment)
    last_success_at: Mapped[datetime | None] = mapped_column(Moment)
    failures: Mapped[int]
    trouble: Mapped[str | None] = mapped_column(sa.String(20))
    resting_until: Mapped[datetime | None] = mapped_column(Moment)
    paced_until: Mapped[datetime | None] = mapped_column(Moment)


class Delivery(Model):
    """What one device is to be told: the event `event_id`, or as many `events` of a kind, of which it is the newest.

    It is gone once it has been told. `claimed_until` is the lease of the process that sends it.
    """

    __tablename__ = "push_deliveries"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    device_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("push_devices.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    event_id: Mapped[int] = mapped_column(sa.BigInteger)
    events: Mapped[int]
    oldest_at: Mapped[datetime] = mapped_column(Moment)
    newest_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)
    attempts: Mapped[int]
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)


class Preference(Model):
    """What a user wants to hear of. Quiet hours are minutes of the shop's day."""

    __tablename__ = "push_preferences"
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"), primary_key=True, autoincrement=False)
    new: Mapped[bool]
    status: Mapped[bool]
    cancelled: Mapped[bool]
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
    not_while_looking: Mapped[bool]


class Look(Model):
    """When a user last had a dashboard in view."""

    __tablename__ = "push_looks"
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
