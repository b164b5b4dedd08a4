"""Pictures of orders, each once: those that came within one, and those that an order named by an address."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import Model, Moment

HASH = sa.String(64)


class SourceState(StrEnum):
    WAITING = "waiting"
    KEPT = "kept"
    LOST = "lost"  # given up


class Copy(StrEnum):
    """What we make of a picture, to be shown: nothing else that a customer sent reaches a browser."""

    THUMBNAIL = "thumbnail"
    VIEW = "view"


class Picture(Model):
    """`hash` is the SHA-256 of its bytes, in hexadecimal; `kind` the media type that its first bytes tell, None for
    what no browser may show. `seen_at` is when somebody last sent it. It is there to be seen once it is `whole`.
    `width` and `height` are pixels, None until somebody has looked, and `copied_size` the bytes of its copies."""

    __tablename__ = "pictures"
    hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    size: Mapped[int]
    kind: Mapped[str | None] = mapped_column(sa.String(20))
    whole: Mapped[bool]
    seen_at: Mapped[datetime] = mapped_column(Moment, index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    copied_size: Mapped[int] = mapped_column(server_default="0")


class PicturePiece(Model):
    __tablename__ = "picture_pieces"
    hash: Mapped[str] = mapped_column(HASH, sa.ForeignKey("pictures.hash"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)


class OrderPicture(Model):
    __tablename__ = "order_pictures"
    order_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(HASH, sa.ForeignKey("pictures.hash"), primary_key=True, index=True)


class PictureCopy(Model):
    """A picture made small (Copy), of the media type `kind`."""

    __tablename__ = "picture_copies"
    hash: Mapped[str] = mapped_column(HASH, sa.ForeignKey("pictures.hash"), primary_key=True)
    copy: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)


class PictureSource(Model):
    """An address that orders name, and what came of it: the picture `hash`, or `trouble`. `key` is the SHA-256 of the
    address; `host` is "" where the picture came within an order. `due_at` is when it is to be fetched, None for never;
    `claimed_until` the lease of the process that does, `tried_at` the end of the last attempt. `named_at` is when an
    order last named it."""

    __tablename__ = "picture_sources"
    __table_args__ = (
        sa.Index("ix_picture_sources_host_due_at", "host", "due_at"),
        sa.Index("ix_picture_sources_host_claimed_until", "host", "claimed_until"),
    )
    key: Mapped[str] = mapped_column(HASH, primary_key=True)
    address: Mapped[str] = mapped_column(sa.Text)
    host: Mapped[str] = mapped_column(sa.String(255))
    state: Mapped[str] = mapped_column(sa.String(10))
    hash: Mapped[str | None] = mapped_column(HASH, sa.ForeignKey("pictures.hash"), index=True)
    trouble: Mapped[str | None] = mapped_column(sa.String(20))
    attempts: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    tried_at: Mapped[datetime | None] = mapped_column(Moment)
    named_at: Mapped[datetime] = mapped_column(Moment, index=True)


class OrderSource(Model):
    """Which order names which address; of an order's, the one of the lowest `rank` shows best what it is."""

    __tablename__ = "order_sources"
    __table_args__ = (sa.Index("ix_order_sources_key", "key", "order_id"),)
    order_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(HASH, sa.ForeignKey("picture_sources.key"), primary_key=True)
    rank: Mapped[int]


class PictureHost(Model):
    """Whom we ask for pictures: how many of theirs we have `kept`, how often they failed since they last answered, and
    until when nothing is asked. `asked` counts what was, by the number of its five minutes since 1970."""

    __tablename__ = "picture_hosts"
    host: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    kept: Mapped[int]
    failures: Mapped[int]
    resting_until: Mapped[datetime | None] = mapped_column(Moment)
    asked: Mapped[dict[str, int]] = mapped_column(sa.JSON)


class PictureCursor(Model):
    """One row: up to which event the pictures of orders are known."""

    __tablename__ = "picture_cursor"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    upto: Mapped[int] = mapped_column(sa.BigInteger)
