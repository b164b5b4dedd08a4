"""Which orders are to be judged by their pictures."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import Model


class OrderToJudge(Model):
    """An order whose pictures have come since it was judged by them, or will not (print_checks.judging)."""

    __tablename__ = "orders_to_judge"
    order_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
