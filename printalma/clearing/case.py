"""A mark of an order with what somebody says to it, and what comes of that."""

from dataclasses import dataclass, replace

from printalma.clearing.commands import Clear
from printalma.db import Connection, Row
from printalma.lib.errors import NotFound
from printalma.lib.i18n import t
from printalma.lib.letters import cut
from printalma.orders import marks
from printalma.orders.marks import Done
from printalma.orders.queries import Details, ItemRow

MAX_NAME = 100  # characters of a name in what is told


@dataclass(frozen=True)
class Case:
    """A mark of an order, and what somebody says to it."""

    tx: Connection
    details: Details
    row: Row
    command: Clear

    @property
    def item(self) -> ItemRow:
        """The line that it is about. Raises NotFound."""
        found = next((item for item in self.details.items if item.id == self.row.item_id), None)
        if found is None:
            raise NotFound(t("marks.unknown"))
        return found

    @property
    def name(self) -> str:
        """What its line is called; "" for a mark of all of the order."""
        named = (item.product_name for item in self.details.items if item.id == self.row.item_id)
        return cut(next(named, ""), MAX_NAME)

    def still_open(self) -> list[Row]:
        return list(marks.still_open(self.tx, self.details.order.id))

    def with_items(self, *changed: ItemRow) -> Details:
        new = {item.id: item for item in changed}
        return replace(self.details, items=[new.get(item.id, item) for item in self.details.items])

    def with_order(self, **changes: object) -> Details:
        return replace(self.details, order=self.details.order._replace(**changes))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Settled:
    """How a mark is settled: the order as it is to be, how that is told, and other marks that are settled with it."""

    done: Done
    details: Details
    text: str = ""
    link: str | None = None
    also: tuple[int, ...] = ()
