"""What orders do once a day: forget idempotency keys. A request with a key forgets them as well, but a shop may get
none."""

from printalma import daily
from printalma.db import Connection, table
from printalma.lib.clock import now
from printalma.orders.idempotency import KEYS_LAST
from printalma.orders.models import IdempotencyKey

_keys = table(IdempotencyKey)


def register() -> None:
    daily.register("old idempotency keys", _old_keys)


def _old_keys(tx: Connection) -> int:
    return daily.delete(tx, _keys, _keys.c.created_at < now() - KEYS_LAST)
