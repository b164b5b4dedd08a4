"""The number of an order (CMD…): its form, and which one is next."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from printalma.db import Connection, is_postgres, rows, table, upsert
from printalma.db.prepared import Prepared
from printalma.orders.models import Order, OrderItem
from printalma.orders.queries import OrderRow
from printalma.placing.drafts import Draft
from printalma.placing.models import DailyNumber

_orders, _items, _numbers = table(Order), table(OrderItem), table(DailyNumber)
_NUMBER = upsert(_numbers)
_NEXT_NUMBERS = _NUMBER.on_conflict_do_update(
    index_elements=[_numbers.c.day], set_={"last": _numbers.c.last + _NUMBER.excluded.last}
).returning(_numbers.c.last)


def number_of(day: str, serial: int) -> str:
    """The number of a day's order."""
    return f"CMD{day.replace('-', '')}{serial:03}"


def short(number: str) -> str:
    """What tells an order from the others of a month: its day and its number of that day."""
    return f"{number[9:11]}·{number[11:]}"


def draw(tx: Connection, drafts: Sequence[Draft]) -> Callable[[], tuple[list[OrderRow], Iterator[int]]]:
    """The orders with their numbers and ids, and ids for their lines. The number's row is locked until the commit: ids,
    drawn behind it, follow the order of commits. It is asked for at once: what is asked next sees all whose turn it was
    before, and both cost one round trip."""
    day, n, lines = drafts[0].order.day, len(drafts), sum(len(draft.items) for draft in drafts)
    counts = {rows.ids_of(_orders): n, rows.ids_of(_items): lines} if is_postgres(tx) else {}
    asked: Callable[[], list[Any]] = _next(is_postgres(tx)).asked(tx, {"day": day, "last": n, **counts})

    def numbered() -> tuple[list[OrderRow], Iterator[int]]:
        [(last, order_ids, item_ids)] = asked()
        found = [
            draft.order._replace(number=number_of(day, serial), id=order_id)
            for draft, serial, order_id in zip(
                drafts, range(last - n + 1, last + 1), rows.ids(order_ids, n), strict=True
            )
        ]
        return found, iter(rows.ids(item_ids, lines))

    return numbered


@cache
def _next(is_postgres: bool) -> Prepared:
    return Prepared(_NEXT_NUMBERS.returning(rows.drawn(_orders, is_postgres), rows.drawn(_items, is_postgres)))
