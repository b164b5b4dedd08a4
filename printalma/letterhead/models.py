"""The shop's logo."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import Model


class ShopLogo(Model):
    """One row, or none: the picture as the decoder has drawn it anew, never the file that was sent. `hash` is that of
    `data`, under which browsers keep it."""

    __tablename__ = "shop_logo"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[str] = mapped_column(sa.String(20))
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)
