"""Where health tries whether something can be written."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model


class WriteProbe(Model):
    """Always empty: what is written here is rolled back."""

    __tablename__ = "write_probes"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    filler: Mapped[bytes] = mapped_column(sa.LargeBinary)
