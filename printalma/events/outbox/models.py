"""The columns that a channel's tables have, whatever else it keeps in them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Moment


class CursorColumns:
    """One row: up to which event deliveries have been planned. Whoever plans holds its lock until the commit."""

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    upto: Mapped[int] = mapped_column(sa.BigInteger)


class RecipientColumns:
    """What hears: a device, an address. It is told of what happened since `created_at`.

    `failures` counts since the last success, and `trouble` is what came of the last attempt; until `resting_until`
    nothing is tried. `paced_until` spaces what it gets. What goes to one `host` at once is bounded.
    """

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    host: Mapped[str] = mapped_column(sa.String(255))
    failures: Mapped[int]
    trouble: Mapped[str | None] = mapped_column(sa.String(20))
    last_success_at: Mapped[datetime | None] = mapped_column(Moment)
    resting_until: Mapped[datetime | None] = mapped_column(Moment)
    paced_until: Mapped[datetime | None] = mapped_column(Moment)


class DeliveryColumns:
    """What one recipient is to be told: the event `event_id`, or as many `events` of a kind, of which it is the newest.

    It is gone once it has been told. `claimed_until` is the lease of the process that sends it.
    """

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    event_id: Mapped[int] = mapped_column(sa.BigInteger)
    events: Mapped[int]
    oldest_at: Mapped[datetime] = mapped_column(Moment)
    newest_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)
    attempts: Mapped[int]
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
