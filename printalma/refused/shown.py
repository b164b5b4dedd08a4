"""A refused order as its pages show it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from printalma.config import settings
from printalma.db import Row
from printalma.lib import phones
from printalma.lib.i18n import t
from printalma.refused import sent
from printalma.refused.sent import Sent

# Statuses whose reason has words of its own; others are told as what they are a kind of.
TOLD = (401, 403, 404, 409, 413, 415, 422, 429)


@dataclass(frozen=True)
class Shown:
    row: Row

    @cached_property
    def sent(self) -> Sent:
        return sent.read(self.row.body)

    @property
    def why(self) -> str:
        return why(self.row.status)

    @property
    def who(self) -> str:
        return self.sent.name or self.sent.phone or t("refused.number", n=self.row.id)

    @property
    def tel(self) -> str | None:
        """What a phone dials; None when that is not sure."""
        regions = phones.region(self.sent.country), settings().shop_country
        return phones.dialled(self.sent.phone, *regions) if self.sent.phone else None

    @property
    def upto(self) -> int:
        """The moment up to which it was seen by whom it is shown, in milliseconds."""
        at: datetime = self.row.at
        return round(at.timestamp() * 1000)


def why(status: int) -> str:
    """Why an order was refused, in words for the shop."""
    return t(f"refused.why.{status if status in TOLD else 500 if status >= 500 else 400}")
