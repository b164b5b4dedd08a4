"""Taking an order in: it goes through the same door as every other."""

from collections.abc import Mapping

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.db import Connection, transactional
from printalma.entry import reading
from printalma.orders.commands import lines_of
from printalma.placing import service as placing
from printalma.refused import sent
from printalma.refused import service as refused


@transactional
@once
def take(tx: Connection, typed: Mapping[str, str], actor: Actor) -> int:
    """The id of the order that was typed. Raises Invalid; Conflict when there is not enough left."""
    return placing.place_within(tx, reading.cart(tx, typed, (), actor)).details.order.id


@transactional
@once
def take_up(tx: Connection, refused_id: int, typed: Mapping[str, str], actor: Actor) -> int:
    """The same for an order that was refused, which has been taken up by that. Raises NotFound; Conflict also when
    somebody has taken it up before."""
    row = refused.for_taking_up(tx, refused_id)
    lines = lines_of(sent.read(row.body).fields.get("orderItems"))
    order = placing.place_within(tx, reading.cart(tx, typed, lines, actor)).details.order
    refused.taken_up(tx, refused_id, order.id, actor)
    return order.id
