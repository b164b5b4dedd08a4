"""Devices that asked to be told, what waits to be told to each, and what their owners want to hear of."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model, Moment
from printalma.events.outbox.models import CursorColumns, DeliveryColumns, RecipientColumns


class PushKey(Model):
    """One row: the shop's own VAPID pair, base64url, and the one before. While the environment gives one, they serve
    only the devices that subscribed with them."""

    __tablename__ = "push_keys"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    private: Mapped[str] = mapped_column(sa.String(64))
    previous: Mapped[str | None] = mapped_column(sa.String(64))


class PushCursor(CursorColumns, Model):
    __tablename__ = "push_cursor"


class Device(RecipientColumns, Model):
    """A browser's subscription (RFC 8291). `key` is the public key it subscribed with: no other can reach it.

    It belongs to the sign-in it was enabled through, and ends with it; None is an older release's. `reminded_of` is the
    end of that sign-in which the owner has been told of.
    """

    __tablename__ = "push_devices"
    user_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"), index=True)
    sign_in: Mapped[str | None] = mapped_column(
        sa.String(64), sa.ForeignKey("sessions.id", onupdate="CASCADE", ondelete="CASCADE"), index=True
    )
    reminded_of: Mapped[datetime | None] = mapped_column(Moment)
    endpoint: Mapped[str] = mapped_column(sa.String(2000), unique=True)
    p256dh: Mapped[str] = mapped_column(sa.String(88))
    auth: Mapped[str] = mapped_column(sa.String(24))
    key: Mapped[str] = mapped_column(sa.String(88))
    name: Mapped[str] = mapped_column(sa.String(80))


class Delivery(DeliveryColumns, Model):
    """What a device is to be told."""

    __tablename__ = "push_deliveries"
    device_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("push_devices.id", ondelete="CASCADE"), index=True)


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
