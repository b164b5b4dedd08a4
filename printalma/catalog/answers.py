"""What the team has answered once and for all: what a front end's own word for an article stands for, and up to which
price it needs nobody's look."""

from typing import Any

from printalma.catalog.models import AcceptedPrice, Reference
from printalma.db import Connection, table, upsert

_references, _accepted = table(Reference), table(AcceptedPrice)
_ACCEPT = upsert(_accepted)
_ACCEPT = _ACCEPT.on_conflict_do_update(
    index_elements=_accepted.primary_key,
    set_={"amount": _ACCEPT.excluded.amount},
    where=_ACCEPT.excluded.amount > _accepted.c.amount,
)


def say(tx: Connection, reference: str, **known: Any) -> None:
    """From now on a reference has this `name`, or is the product `product_id`."""
    said = upsert(_references).values(reference=reference, **known)
    tx.execute(said.on_conflict_do_update(index_elements=["reference"], set_=known))


def accept_price(tx: Connection, of: str, size: str, amount: int) -> None:
    """From now on nobody need look at a price of one up to `amount`; a higher one that was accepted stays so."""
    tx.execute(_ACCEPT, {"of": of, "size": size, "amount": amount})
