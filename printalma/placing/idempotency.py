"""Idempotency keys: the same request sent again is answered with the order that it has made (docs/contract.md,
"Idempotency")."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma import daily
from printalma.db import BigId, Connection, Model, Moment, table, upsert
from printalma.lib.clock import now
from printalma.lib.errors import Unprocessable
from printalma.lib.i18n import t
from printalma.placing.drafts import Cart, Draft

KEYS_LAST = timedelta(hours=24)


class IdempotencyKey(Model):
    """A key a caller sent ("guest" is one caller), the hash of its body and the order it made."""

    __tablename__ = "idempotency_keys"
    caller: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    order_id: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("orders.id"))
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)


_keys = table(IdempotencyKey)
_CLAIM = upsert(_keys).on_conflict_do_nothing().returning(_keys.c.caller, _keys.c.key)
_IS_KEY = _keys.c.caller == sa.bindparam("of_caller"), _keys.c.key == sa.bindparam("of_key")
_SETTLE = sa.update(_keys).where(*_IS_KEY).values(fingerprint=sa.bindparam("made_by"), order_id=sa.bindparam("order"))
_GIVE_UP = sa.delete(_keys).where(*_IS_KEY)

Name = tuple[str, str]  # a caller and their key


@dataclass(frozen=True)
class _Use:
    """What a key was used for: an order that is saved, or one of this transaction."""

    fingerprint: str
    made: int | Draft


class Keys:
    """The keys of some carts, claimed for them: whoever else comes with one waits for the end of the transaction, and
    then finds the order, or the key free again if that was refused."""

    def __init__(self, tx: Connection, carts: Iterable[Cart]) -> None:
        self._tx = tx
        first: dict[Name, Cart] = {}
        for cart in carts:
            if cart.key is not None:
                first.setdefault((cart.caller, cart.key), cart)
        self._claimed: set[Name] = set()
        self._uses: dict[Name, _Use] = {}
        if first:
            self._claim(first)

    def earlier(self, cart: Cart) -> int | Draft | None:
        """The order that the cart's key has made already. Raises Unprocessable when it was another body's."""
        use = self._uses.get((cart.caller, cart.key)) if cart.key is not None else None
        if use is not None and use.fingerprint != cart.fingerprint:
            raise Unprocessable(t("orders.key_reused"))
        return use.made if use else None

    def use(self, cart: Cart, draft: Draft) -> None:
        """The cart becomes an order: from now on its key is used."""
        if cart.key is not None:
            self._uses[cart.caller, cart.key] = _Use(cart.fingerprint, draft)

    def settle(self, ids: Mapping[Draft, int]) -> None:
        """Write down which orders they made. Those of refused carts are free again."""
        used = [name for name in sorted(self._claimed) if name in self._uses]
        if used:
            self._tx.execute(_SETTLE, [self._settled(name, ids) for name in used])
        if free := sorted(self._claimed.difference(used)):
            self._tx.execute(_GIVE_UP, [{"of_caller": caller, "of_key": key} for caller, key in free])

    def _claim(self, first: Mapping[Name, Cart]) -> None:
        moment, names = now(), sorted(first)  # in one order: two that want the same ones never wait for each other
        self._tx.execute(sa.delete(_keys).where(_keys.c.created_at < moment - KEYS_LAST))
        while names:  # once, unless somebody has just forgotten one that we found taken
            self._claimed |= self._inserted(names, first, moment)
            if known := [name for name in names if name not in self._claimed]:
                chosen = sa.select(_keys).where(sa.tuple_(_keys.c.caller, _keys.c.key).in_(known))
                for row in self._tx.execute(chosen):
                    self._uses[row.caller, row.key] = _Use(row.fingerprint, row.order_id)
            names = [name for name in known if name not in self._uses]

    def _inserted(self, names: Iterable[Name], first: Mapping[Name, Cart], moment: datetime) -> set[Name]:
        rows = [
            {"caller": caller, "key": key, "fingerprint": first[caller, key].fingerprint, "created_at": moment}
            for caller, key in names
        ]
        return {(row.caller, row.key) for row in self._tx.execute(_CLAIM, rows)}

    def _settled(self, name: Name, ids: Mapping[Draft, int]) -> dict[str, object]:
        use = self._uses[name]
        assert isinstance(use.made, Draft)
        return {"of_caller": name[0], "of_key": name[1], "made_by": use.fingerprint, "order": ids[use.made]}


def forget_old(tx: Connection) -> int:
    """A request with a key forgets old ones as well, but a shop may get none."""
    return daily.delete(tx, _keys, _keys.c.created_at < now() - KEYS_LAST)
