"""What a change of the shop's settings becomes: every process goes by it at once, open pages once loaded anew."""

from printalma.events import renderings, subscriptions
from printalma.events.renderings import Rendering
from printalma.events.types import ShopChanged
from printalma.shop import service


def register() -> None:
    subscriptions.subscribe(service.refresh, ShopChanged)
    renderings.register(ShopChanged, Rendering(html=None, json=None, push=None))
