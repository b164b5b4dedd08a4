"""How far each task has come."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import Model


class Tidied(Model):
    """Rows up to `position` are as `basis` wants them; on another basis the task begins anew."""

    __tablename__ = "tidying"
    task: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    basis: Mapped[str] = mapped_column(sa.String(40))
    position: Mapped[int] = mapped_column(sa.BigInteger)
