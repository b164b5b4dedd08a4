"""What can happen to the shop: its catalogue, its settings, its log."""

from dataclasses import dataclass

from printalma.events.types.base import Event


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
class ProductRanLow(Event):
    """An order took what was left of a product down to the shop's limit, or the last of the sizes and colours `gone`:
    told once, when it falls."""

    product_id: int
    name: str
    left: int
    gone: list[str]


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
class SavedViewsChanged(Event):
    """Filters of the list have other names, or there are others."""


@dataclass(frozen=True)
class BackupTaken(Event):
    """An owner has downloaded everything the shop knows."""

    user_id: int
    by: str


@dataclass(frozen=True)
class LogRenewed(Event):
    """The log is not the one that was told of before: a backup was restored, or a standby took over that lacked the
    last events. Its id begins an epoch, far beyond every id of before: who stopped there is told to fetch anew."""
