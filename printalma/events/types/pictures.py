"""What can happen to pictures of orders."""

from dataclasses import dataclass

from printalma.events.types.base import Event


@dataclass(frozen=True)
class PicturesChanged(Event):
    """Pictures of these orders have arrived, or will not. Of a picture that more orders have, it names the newest."""

    orders: list[int]
