"""What the catalogue's events look like: the audit trail only, nobody watches the shelf live."""

from printalma.events import renderings
from printalma.events.renderings import Rendering
from printalma.events.types import ProductAdded, ProductChanged


def register() -> None:
    for kind in (ProductAdded, ProductChanged):
        renderings.register(kind, Rendering(html=None, json=None, socketio=None, push=None))
