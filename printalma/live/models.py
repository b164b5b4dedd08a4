"""Who is connected, over all processes."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import Model, Moment


class Attendance(Model):
    """How many sockets a server process holds by one door; it says so again every few seconds while it lives."""

    __tablename__ = "attendance"
    process: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    door: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    is_admin: Mapped[bool] = mapped_column(primary_key=True)
    sockets: Mapped[int]
    seen_at: Mapped[datetime] = mapped_column(Moment)
