"""The closed list of what can happen. Facts only, in the past tense; money in minor units, moments as ISO text.

Two releases write one log during a deploy, and after a rollback it holds what a newer one wrote. So a field may be
added to a type and a type to the list; none changes its meaning.
"""

from collections.abc import Iterator
from dataclasses import dataclass


class Event:
    """The base of all events; a subclass is in the log under its own name."""


@dataclass(frozen=True)
class OrderPlaced(Event):
    order_id: int
    number: str
    total: int
    currency: str
    customer_id: int | None
    customer_name: str
    customer_email: str | None
    lines: int
    placed_at: str


@dataclass(frozen=True)
class OrderStatusChanged(Event):
    """`by_customer`: it was the customer, not the team. `note` is for the team: it never leaves the dashboard."""

    order_id: int
    number: str
    previous: str
    new: str
    customer_id: int | None
    customer_email: str | None
    changed_by: str
    by_customer: bool
    note: str | None


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
    """`mark` is what the team had to look at (orders.marks), `done` how it was settled (orders.clearing), `text`
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


@dataclass(frozen=True)
class ProductAdded(Event):
    product_id: int
    name: str


@dataclass(frozen=True)
class ProductChanged(Event):
    """`changes` names the columns that differ from before."""

    product_id: int
    name: str
    changes: list[str]


@dataclass(frozen=True)
class ShopChanged(Event):
    """`changes` names the settings that differ from before."""

    changes: list[str]


@dataclass(frozen=True)
class DeliveryChanged(Event):
    """A place, a carrier or a tariff. `changes` names the columns that differ from before; "added" is all of a new
    one."""

    kind: str
    setting_id: str
    changes: list[str]


@dataclass(frozen=True)
class DeliveryImported(Event):
    """How many settings of delivery a file added and changed."""

    added: int
    changed: int


@dataclass(frozen=True)
class PaymentsOffered(Event):
    """The ways to pay that are on offer now."""

    offered: list[str]


@dataclass(frozen=True)
class UserAdded(Event):
    user_id: int
    role: str


@dataclass(frozen=True)
class UserChanged(Event):
    """`change` is one of: disabled, enabled, role, password, name."""

    user_id: int
    change: str


@dataclass(frozen=True)
class InvitationMade(Event):
    invitation_id: int
    role: str


@dataclass(frozen=True)
class InvitationEnded(Event):
    """Used or taken back."""

    invitation_id: int


@dataclass(frozen=True)
class AccessEnded(Event):
    """These sign-ins of the user have ended: every socket opened with one of them closes."""

    user_id: int
    sign_ins: list[str]


@dataclass(frozen=True)
class PasswordsGuessed(Event):
    """Somebody tries many passwords on one account of the team, or, with neither name, on many accounts."""

    user_id: int | None
    email: str | None


@dataclass(frozen=True)
class SignInEnding(Event):
    """A sign-in that has devices is about to run out, because nobody has used it."""

    user_id: int
    role: str
    sign_in: str
    ends_at: str


@dataclass(frozen=True)
class BackupTaken(Event):
    """An owner has downloaded everything the shop knows."""

    user_id: int
    by: str


@dataclass(frozen=True)
class LogRenewed(Event):
    """The log is not the one that was told of before: a backup was restored, or a standby took over that lacked the
    last events. Its id begins an epoch, far beyond every id of before: who stopped there is told to fetch anew."""


@dataclass(frozen=True)
class NotificationsRead(Event):
    """An admin has read notifications, on whichever device. It is about nobody's account or order, so it stands under
    no `user_id`: the first event about a user is their arrival."""

    reader_id: int


def _kinds(base: type[Event]) -> Iterator[type[Event]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)


TYPES: dict[str, type[Event]] = {kind.__name__: kind for kind in _kinds(Event)}


@dataclass(frozen=True)
class UnknownEvent(Event):
    """What a newer release wrote, of a type this one does not know: something has happened, and no more can be said. It
    is no type of the list: nobody appends it."""

    type: str
