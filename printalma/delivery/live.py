"""What a change of delivery or payment becomes: open checkouts ask again, everything else is for the audit trail."""

from printalma.events import renderings
from printalma.events.renderings import Rendering
from printalma.events.types import DeliveryChanged, DeliveryImported, PaymentsOffered


def register() -> None:
    for kind in (DeliveryChanged, DeliveryImported, PaymentsOffered):
        renderings.register(kind, Rendering(html=None, json=None, push=None))
