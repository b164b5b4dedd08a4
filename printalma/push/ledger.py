"""What an attempt leaves in the database: a device that rests, one that is gone, a delivery that is done."""

import random
from datetime import datetime, timedelta

import sqlalchemy as sa

from printalma.db import Connection, Row, table
from printalma.lib.clock import now
from printalma.lib.metrics import PUSHES
from printalma.push.message import TTL
from printalma.push.models import Delivery, Device, Outcome
from printalma.push.post import Answer

PAUSES = (5.0, 900.0)  # seconds after a first failure, doubled with each to the longest

_devices = table(Device)
_deliveries = table(Delivery)


def settle_device(tx: Connection, device: Row, answer: Answer) -> datetime | None:
    """Write down how the device took it; until when it rests."""
    mine = _devices.c.id == device.id
    if answer.outcome is Outcome.GONE:
        tx.execute(sa.delete(_devices).where(mine))  # and with it what waits for it
        return None
    if answer.outcome is Outcome.DELIVERED:
        values = {"last_success_at": now(), "failures": 0, "trouble": None, "resting_until": None}
        tx.execute(sa.update(_devices).where(mine).values(values))
        return None
    until = now() + timedelta(seconds=_pause(device.failures, answer.wait))
    values = {"failures": _devices.c.failures + 1, "trouble": answer.outcome, "resting_until": until}
    tx.execute(sa.update(_devices).where(mine).values(values))
    return until


def settle(tx: Connection, delivery: Row, lease: datetime, device: Row, answer: Answer) -> None:
    """End the claim on a delivery: it is done, or waits for the device's next turn; after a day it is no news.

    Somebody else's claim, made when ours had run out, is left alone.
    """
    mine = (_deliveries.c.id == delivery.id, _deliveries.c.claimed_until == lease)
    until = settle_device(tx, device, answer)
    PUSHES.labels(answer.outcome).inc()
    if until is None or delivery.newest_at < now() - timedelta(seconds=TTL):
        tx.execute(sa.delete(_deliveries).where(*mine))
    else:
        tx.execute(sa.update(_deliveries).where(*mine).values(claimed_until=None, due_at=until))


def _pause(failures: int, wait: float | None) -> float:
    first, longest = PAUSES
    # Not all at the same moment: a vendor that comes back is not to fall again.
    backed_off: float = min(first * 2 ** min(failures, 20), longest) * random.uniform(0.8, 1.2)
    return max(wait or 0.0, backed_off)
