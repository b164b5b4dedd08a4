"""What a change of the shop's settings looks like: open pages take it up when they are next loaded."""

from printalma.events import renderings
from printalma.events.renderings import Rendering
from printalma.events.types import ShopChanged


def register() -> None:
    renderings.register(ShopChanged, Rendering(html=None, json=None, push=None))
