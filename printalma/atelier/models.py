"""Which pieces of orders are made."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model, Moment


class PieceTick(Model):
    """Piece number `piece` of a line is made, as somebody has said; `lost`: the line was mended since, and it is to be
    made again.

    No foreign key leads to the line: what was made of one that is dropped is still to be told.
    """

    __tablename__ = "piece_ticks"
    order_item_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    piece: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    order_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("orders.id"), index=True)
    by: Mapped[int] = mapped_column(BigId, sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    lost: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
