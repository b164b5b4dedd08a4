"""The same request again is answered with the order it already made (docs/contract.md, "Idempotency")."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.db import Connection, table
from printalma.lib.clock import now
from printalma.lib.errors import Unprocessable
from printalma.lib.i18n import t
from printalma.orders.models import IdempotencyKey

KEYS_LAST = timedelta(hours=24)
GUEST = "guest"

_keys = table(IdempotencyKey)
_CLAIM = sa.text(
    "INSERT INTO idempotency_keys (caller, key, fingerprint, created_at) "
    "VALUES (:caller, :key, :fingerprint, :created_at) ON CONFLICT (caller, key) DO NOTHING"
).bindparams(sa.bindparam("created_at", type_=_keys.c.created_at.type))


@dataclass(frozen=True)
class Idempotency:
    """The key of a request and the fingerprint of its body."""

    key: str
    fingerprint: str


def claim(tx: Connection, idempotency: Idempotency, actor: Actor | None) -> int | None:
    """Take the key for this request: None, or the id of the order it already made. Guests are one caller.

    The loser of a race waits for the winner. Raises Unprocessable for a key that was used with another body.
    """
    moment = now()
    tx.execute(sa.delete(_keys).where(_keys.c.created_at < moment - KEYS_LAST))
    wanted = {"caller": _caller(actor), "created_at": moment} | idempotency.__dict__
    if tx.execute(_CLAIM, wanted).rowcount == 1:
        return None
    known = tx.execute(sa.select(_keys).where(_mine(idempotency, actor))).one()
    if known.fingerprint != idempotency.fingerprint:
        raise Unprocessable(t("orders.key_reused"))
    order_id: int = known.order_id
    return order_id


def remember(tx: Connection, idempotency: Idempotency, actor: Actor | None, order_id: int) -> None:
    """The claimed key made this order. A key whose order was refused goes with the transaction."""
    tx.execute(sa.update(_keys).where(_mine(idempotency, actor)).values(order_id=order_id))


def _mine(idempotency: Idempotency, actor: Actor | None) -> sa.ColumnElement[bool]:
    return sa.and_(_keys.c.caller == _caller(actor), _keys.c.key == idempotency.key)


def _caller(actor: Actor | None) -> str:
    return str(actor.id) if actor else GUEST
