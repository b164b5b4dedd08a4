"""How events stand in the log: nothing is said twice that a column beside it, or the order's own row, says already.

Each event of an order once carried the order's number and its customer anew: more than half of all that a shop keeps.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from printalma.db import Connection, Row
from printalma.events.reading import read
from printalma.events.types import Event

# Under these names an event of an order means its columns in the log, and the order's row, which keeps them for ever.
BESIDE = frozenset(
    ("order_id", "customer_id", "by_customer", "number", "customer_name", "customer_email", "lines", "placed_at",
     "order_total")
)  # fmt: skip

Facts = Callable[[Connection, Sequence[int]], Mapping[int, Mapping[str, Any]]]
_facts: dict[str, Facts] = {}


def register(facts: Facts) -> None:
    """`facts` reads what the rows of orders say, under the names that events have for it."""
    _facts["orders"] = facts


def lean(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the log need keep of what an event says."""
    if "order_id" not in told:
        return told
    return {name: value for name, value in told.items() if name not in BESIDE and value is not None}


def whole(connection: Connection, rows: Sequence[Row]) -> list[Event]:
    """The events that rows of the log are. Those that older releases wrote say everything themselves."""
    short = {row.order_id for row in rows if row.order_id is not None and "order_total" not in row.data}
    orders = _facts["orders"](connection, sorted(short)) if short else {}
    return [_event(row, orders.get(row.order_id, {})) for row in rows]


def _event(row: Row, order: Mapping[str, Any]) -> Event:
    told = {"order_id": row.order_id, "customer_id": row.user_id, **order, **row.data}
    # Whatever release wrote it, the columns say who did it and whose order it is.
    by_customer = row.actor_id is not None and row.actor_id == told["customer_id"]
    return read(row.type, told | {"by_customer": by_customer})
