"""An order that somebody of the team took: by telephone, by WhatsApp, in the shop."""

from dataclasses import dataclass
from enum import StrEnum

from printalma.accounts.actor import Actor
from printalma.delivery.service import Quote
from printalma.lib.i18n import t


class Channel(StrEnum):
    """How it came."""

    PHONE = "PHONE"
    WHATSAPP = "WHATSAPP"
    SHOP = "SHOP"
    OTHER = "OTHER"


@dataclass(frozen=True)
class Taken:
    """Who took an order, and what they agreed with the customer: the prices of its lines, also below the catalogue's,
    and what the `delivery` costs. Nobody has to look at that again."""

    by: Actor
    channel: Channel
    delivery: Quote


def label(channel: str) -> str:
    """A channel in words; one that a newer release knows, by its name."""
    return t(f"channels.{channel}") if channel in list(Channel) else channel
