"""What is said of a product that runs out: in the notice of the bar, on the bell's page, on phones."""

from printalma.events.types import ProductRanLow
from printalma.lib.i18n import count, t


def title(event: ProductRanLow) -> str:
    return t("catalog.ran_low" if event.left else "catalog.ran_out", name=event.name)


def detail(event: ProductRanLow) -> str:
    left = count("ui.products.left", event.left) if event.left else ""
    gone = t("catalog.gone", options=", ".join(event.gone)) if event.gone and event.left else ""
    return " · ".join(part for part in (left, gone) if part) or t("catalog.nothing_left")
