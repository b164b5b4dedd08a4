"""The closed list of what can happen. Facts only, in the past tense; money in minor units, moments as ISO text.

Two releases write one log during a deploy, and after a rollback it holds what a newer one wrote. So a field may be
added to a type and a type to the list; none changes its meaning.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from printalma.events.types.atelier import PiecesTicked, PiecesUnticked
from printalma.events.types.base import Event
from printalma.events.types.orders import (
    OrderHoldersChanged,
    OrderMarkCleared,
    OrderMended,
    OrderNoted,
    OrderNotPrinted,
    OrderPaymentNoted,
    OrderPlaced,
    OrderPrinted,
    OrderRefused,
    OrderRefusedAgain,
    OrderStatusChanged,
    OrderStatusTakenBack,
    RefusedOrdersSeen,
)
from printalma.events.types.people import (
    AccessEnded,
    InvitationEnded,
    InvitationMade,
    NotificationsRead,
    PasswordForgotten,
    PasswordLinkMade,
    PasswordsGuessed,
    SignInEnding,
    UserAdded,
    UserChanged,
)
from printalma.events.types.pictures import PicturesChanged
from printalma.events.types.shop import (
    BackupTaken,
    DeliveryChanged,
    DeliveryImported,
    LogRenewed,
    PaymentsOffered,
    ProductAdded,
    ProductChanged,
    ProductRanLow,
    SavedViewsChanged,
    ShopChanged,
)

__all__ = [
    "TYPES",
    "AccessEnded",
    "BackupTaken",
    "DeliveryChanged",
    "DeliveryImported",
    "Event",
    "InvitationEnded",
    "InvitationMade",
    "LogRenewed",
    "NotificationsRead",
    "OrderHoldersChanged",
    "OrderMarkCleared",
    "OrderMended",
    "OrderNotPrinted",
    "OrderNoted",
    "OrderPaymentNoted",
    "OrderPlaced",
    "OrderPrinted",
    "OrderRefused",
    "OrderRefusedAgain",
    "OrderStatusChanged",
    "OrderStatusTakenBack",
    "PasswordForgotten",
    "PasswordLinkMade",
    "PasswordsGuessed",
    "PaymentsOffered",
    "PicturesChanged",
    "PiecesTicked",
    "PiecesUnticked",
    "ProductAdded",
    "ProductChanged",
    "ProductRanLow",
    "RefusedOrdersSeen",
    "SavedViewsChanged",
    "ShopChanged",
    "SignInEnding",
    "UnknownEvent",
    "UserAdded",
    "UserChanged",
]


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
