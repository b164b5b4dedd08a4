"""What can happen to orders."""

from dataclasses import dataclass

from printalma.events.types.base import Event


@dataclass(frozen=True)
class OrderPlaced(Event):
    """`taken_by` is who of the team typed it in, and `channel` how it came to them (placing.taken)."""

    order_id: int
    number: str
    total: int
    currency: str
    customer_id: int | None
    customer_name: str
    customer_email: str | None
    lines: int
    placed_at: str
    taken_by: str | None = None
    channel: str | None = None


@dataclass(frozen=True)
class OrderStatusChanged(Event):
    """`by_customer`: it was the customer, not the team. `reason` and `note` are for the team: they never leave the
    dashboard. `carrier` and `tracking` are the order's after the move, `carrier_before` and `tracking_before` what
    they were; `collected` is what was paid with it, or taken back with it. The order says `order_total`,
    in the shop's currency."""

    order_id: int
    number: str
    previous: str
    new: str
    customer_id: int | None
    customer_email: str | None
    changed_by: str
    by_customer: bool
    note: str | None
    reason: str | None = None
    carrier: str | None = None
    carrier_before: str | None = None
    tracking: str | None = None
    tracking_before: str | None = None
    collected: int = 0
    customer_name: str = ""
    order_total: int = 0


@dataclass(frozen=True)
class OrderStatusTakenBack(OrderStatusChanged):
    """The move from `new` to `previous` does not count any more; `note` says why. To whoever does not care why an order
    changes, it is a change like any other."""


@dataclass(frozen=True)
class OrderNoted(Event):
    """`text` is for the team: like a status's note, it never leaves the dashboard."""

    order_id: int
    number: str
    text: str
    by: str


@dataclass(frozen=True)
class OrderMarkCleared(Event):
    """`mark` is what the team had to look at (orders.marks), `done` how it was settled (clearing), `text`
    what was said to it, and `link` an address. `changed`: the order says something else since."""

    order_id: int
    number: str
    mark: str
    done: str
    text: str
    link: str | None
    changed: bool
    by: str


@dataclass(frozen=True)
class OrderPaymentNoted(Event):
    """Money that the team has received or given back, as `act` (orders.paying) says, by `means`; `note` is for the
    team. `state` is the payment's since, as front ends know it; `status` and `total` are the order's."""

    order_id: int
    number: str
    act: str
    amount: int
    currency: str
    means: str | None
    note: str | None
    state: str
    customer_id: int | None
    customer_email: str | None
    by: str
    status: str
    total: int
    customer_name: str = ""


@dataclass(frozen=True)
class OrderMended(Event):
    """The team changed what an order says. `changes` are in words, of the order or `of` one of its lines; `before` is
    None where something is new, `after` where it is gone. `reason` is for the team: it never leaves the dashboard.
    `status`, `total` and `payment_status` are as they are since."""

    order_id: int
    number: str
    changes: list[dict[str, str | None]]
    reason: str | None
    customer_id: int | None
    customer_email: str | None
    by: str
    status: str
    total: int
    currency: str
    payment_status: str
    customer_name: str = ""


@dataclass(frozen=True)
class OrderHoldersChanged(Event):
    """Others take care of these orders, or look at them, than before (holding): a fact of the moment, in no
    order's history."""

    orders: list[int]


@dataclass(frozen=True)
class OrderPrinted(Event):
    """Somebody has printed a `paper` (orders.printed) of an order. Nothing of the order itself is changed."""

    order_id: int
    number: str
    paper: str
    by: str


@dataclass(frozen=True)
class OrderNotPrinted(OrderPrinted):
    """It was not, after all: the printer was out of paper, or the dialog was closed."""


@dataclass(frozen=True)
class OrderRefused(Event):
    """What was sent is kept for a week, in a table of its own; `status` is the answer's, which says why in a word."""

    refused_id: int
    status: int


@dataclass(frozen=True)
class OrderRefusedAgain(OrderRefused):
    """The same customer was refused just before: somebody wants to buy and cannot."""


@dataclass(frozen=True)
class RefusedOrdersSeen(Event):
    """Somebody of the team has seen refused orders: they do not wait any more."""
