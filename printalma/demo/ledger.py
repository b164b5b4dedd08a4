"""The rows that made-up orders are, and what the shop counts of them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

from printalma.db import Row, dumped
from printalma.demo.history import MadeUp
from printalma.events.types import Event, OrderPlaced, OrderStatusChanged
from printalma.orders.listing import search
from printalma.orders.models import STAMPS, Status
from printalma.orders.placing import summary_of
from printalma.orders.queries import ItemRow, OrderRow

Fields = Mapping[str, Any]
_UNSAID: dict[str, Any] = {"id": 0, "color_id": None, "product_description": "", "product_price": 0}


class Ledger:
    """Takes orders down one by one, oldest first; their ids and numbers count from 1."""

    def __init__(self, currency: str, admin: Row, told: int) -> None:
        self._currency = currency
        self._admin_id: int = admin.id
        self._admin = f"{admin.first_name} {admin.last_name}".strip()
        self.last = 0
        self.told = told
        self._untold: list[dict[str, Any]] = []
        self.orders: list[Fields] = []
        self.items: list[Fields] = []
        self.texts: list[Fields] = []
        self.numbers: Counter[str] = Counter()

    def add(self, made_up: MadeUp) -> None:
        self.last += 1
        self.numbers[made_up.day] += 1
        items = _items(made_up, self.last)
        lines = [ItemRow(**_UNSAID | item) for item in items]
        order = self._order(made_up, items) | {"summary": summary_of(lines)}
        self.orders.append(order)
        self.items += items
        self.texts.append({"order_id": self.last, "text": search.searchable(OrderRow(**order), lines)})
        self._untold += self._events(made_up, order)

    def events(self, until: float) -> list[Fields]:
        """The events before `until` that were not given yet, in the order of their moments, and numbered in it."""
        self._untold.sort(key=itemgetter("at"))
        told = [event for event in self._untold if event["at"] < until]
        del self._untold[: len(told)]
        for event in told:
            self.told += 1
            event["id"] = self.told
        return list(told)

    def forget(self) -> None:
        """The rows are written: only what is counted stays."""
        for rows in (self.orders, self.items, self.texts):
            rows.clear()

    def _order(self, made_up: MadeUp, items: list[dict[str, Any]]) -> dict[str, Any]:
        moved_at = {status: at for at, status in made_up.moves}
        total = sum(item["total_price"] for item in items)
        begun = made_up.moves[0][0] if made_up.moves else None
        return {
            "id": self.last,
            "number": f"CMD{made_up.day.replace('-', '')}{self.numbers[made_up.day]:03}",
            "day": made_up.day,
            "status": made_up.moves[-1][1].value if made_up.moves else Status.PENDING.value,
            "version": 1 + len(made_up.moves),
            "subtotal": total,
            "shipping_amount": 0,
            "total": total,
            "lines": len(items),
            **_asked(made_up),
            "created_at": made_up.at,
            "updated_at": made_up.moves[-1][0] if made_up.moves else made_up.at,
            "validated_at": begun,
            "validated_by": self._admin_id if begun else None,
            **{column: moved_at.get(status) for status, column in STAMPS.items()},
        }

    def _events(self, made_up: MadeUp, order: Fields) -> Iterator[dict[str, Any]]:
        """What the log tells of the order (events.stored)."""
        placed = {"total": order["total"], "currency": self._currency}
        yield _event(made_up.at, OrderPlaced, None, order["id"], dumped(placed))
        told, previous = dumped({"changed_by": self._admin})[:-1], Status.PENDING
        for at, status in made_up.moves:
            data = f'{told},"previous":"{previous}","new":"{status}"}}'
            yield _event(at, OrderStatusChanged, self._admin_id, order["id"], data)
            previous = status


def _event(at: int, kind: type[Event], actor_id: int | None, order_id: int, data: str) -> dict[str, Any]:
    return {"id": 0, "at": at, "type": kind.__name__, "actor_id": actor_id, "order_id": order_id, "data": data}


def _asked(made_up: MadeUp) -> dict[str, Any]:
    """What the customer said."""
    who = made_up.customer
    return {
        "payment_method": made_up.payment,
        "payment_status": "PENDING",
        "phone": who.phone,
        "email": who.email,
        "notes": made_up.notes or None,
        "customer": who.name,
        "shipping_name": who.name,
        "shipping_company": None,
        "shipping_street": who.street,
        "shipping_city": who.city,
        "shipping_country": who.country,
    }


def _items(made_up: MadeUp, order_id: int) -> list[dict[str, Any]]:
    return [
        {
            "order_id": order_id,
            "product_id": line.product.id,
            "product_name": line.product.name,
            "quantity": line.quantity,
            "unit_price": line.product.price,
            "total_price": line.product.price * line.quantity,
            "size": line.size,
            "color": line.color,
        }
        for line in made_up.lines
    ]
