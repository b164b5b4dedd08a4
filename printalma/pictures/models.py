"""Pictures that came within orders, each once, and which order has which."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import Model, Moment

HASH = sa.String(64)


class Picture(Model):
    """`hash` is the SHA-256 of its bytes, in hexadecimal; `kind` the media type that its first bytes tell, None for
    what no browser may show. `seen_at` is when somebody last sent it. It is there to be seen once it is `whole`."""

    __tablename__ = "pictures"
    hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    size: Mapped[int]
    kind: Mapped[str | None] = mapped_column(sa.String(20))
    whole: Mapped[bool]
    seen_at: Mapped[datetime] = mapped_column(Moment, index=True)


class PicturePiece(Model):
    __tablename__ = "picture_pieces"
    hash: Mapped[str] = mapped_column(HASH, sa.ForeignKey("pictures.hash"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)


class OrderPicture(Model):
    __tablename__ = "order_pictures"
    order_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(HASH, sa.ForeignKey("pictures.hash"), primary_key=True, index=True)
