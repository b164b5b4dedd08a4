"""What is counted to number orders."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import Model


class DailyNumber(Model):
    """The last order number of a day of the shop."""

    __tablename__ = "daily_numbers"
    day: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    last: Mapped[int]
