"""What the team tells itself about an order: never in the JSON API, never to a customer."""

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.db import Connection, table, transactional
from printalma.events import log
from printalma.events.types import OrderNoted
from printalma.lib.errors import NotFound
from printalma.lib.i18n import t
from printalma.orders.commands import AddNote
from printalma.orders.models import Order

_orders = table(Order)
# Neither `version` nor `updated_at`: a note must make no colleague's change a conflict, and customers read both.
_COUNT = (
    sa.update(_orders)
    .where(_orders.c.id == sa.bindparam("order"))
    .values(noted=_orders.c.noted + 1)
    .returning(_orders.c.number)
)


@transactional
@once
def add(tx: Connection, order_id: int, command: AddNote, actor: Actor) -> None:
    """Add a note to the order's history, whatever its status. Raises NotFound."""
    number = tx.execute(_COUNT, {"order": order_id}).scalar_one_or_none()
    if number is None:
        raise NotFound(t("orders.unknown"))
    log.append(tx, OrderNoted(order_id, number, command.notes, actor.name), actor.id)
