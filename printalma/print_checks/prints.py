"""How large the pictures of an order's lines are printed, and whether they are good enough for that."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from printalma import artwork
from printalma.artwork import Image, View
from printalma.artwork.grounds import says_real_size
from printalma.artwork.print_size import Pixels, Printed, Scale, printed
from printalma.artwork.values import Sent
from printalma.catalog import queries as catalog
from printalma.config import settings
from printalma.db import Connection
from printalma.lib import lengths
from printalma.lib.i18n import t
from printalma.orders.queries import ItemRow
from printalma.pictures.kinds import SVG
from printalma.pictures.models import SourceState
from printalma.pictures.queries import Source

MAX_TOLD = 20  # views that a mark names

Sources = Mapping[str, Source]


def scales(connection: Connection, items: Collection[ItemRow]) -> dict[int, Scale]:
    """What is known of the real size of each line, by its id."""
    widths = catalog.print_widths(connection, {item.product_id for item in items if item.product_id})
    return {item.id: Scale(item.size or "", widths.get(item.product_id or 0)) for item in items}


def sizes(
    view: View, image: Image, sources: Sources, items: Iterable[ItemRow], scales: Mapping[int, Scale]
) -> list[str]:
    """How a picture is printed on these lines, in words, each once: "18,4 × 17,0 cm · 248 dpi"."""
    pixels = _pixels(image, sources)
    found = (printed(view, image, pixels, scales[item.id]) for item in items)
    return list(dict.fromkeys(_words(each) for each in found if each is not None))


def is_asked(line: Sent, scale: Scale) -> bool:
    """Whether anybody can say how many dots an inch a line's pictures have, and wants to know."""
    return bool(settings().shop_min_dpi and (scale.width or says_real_size(line)))


def doubt(line: Sent, is_sticker: bool, scale: Scale) -> dict[str, Any] | None:
    """The facts of a mark of a line that is placed, by the front end's word; at no cost where no real size is known."""
    return too_few_dots(artwork.views(line, is_sticker), scale, {}) if is_asked(line, scale) else None


def too_few_dots(views: Sequence[View], scale: Scale, sources: Sources) -> dict[str, Any] | None:
    """The facts of a mark, if a picture has fewer dots an inch than the shop wants; None when none is known to."""
    least = settings().shop_min_dpi
    found = [(dots, view.name) for view in views for dots in _dots(view, scale, sources) if dots < least]
    if not found:
        return None
    named = list(dict.fromkeys(name for _, name in found))
    return {"why": "dpi", "dpi": min(dots for dots, _ in found), "least": least, "views": named[:MAX_TOLD]}


def lost(views: Sequence[View], sources: Sources) -> dict[str, Any] | None:
    """The facts of a mark, if a picture was given up."""
    named = [view.name for view in views for image in _images(view) if _is_lost(image, sources)]
    return {"why": "lost", "count": len(named), "views": list(dict.fromkeys(named))[:MAX_TOLD]} if named else None


def _dots(view: View, scale: Scale, sources: Sources) -> Iterator[int]:
    for image in _images(view):
        found = printed(view, image, _pixels(image, sources), scale)
        if found is not None and found.dpi is not None:
            yield found.dpi


def _pixels(image: Image, sources: Sources) -> Pixels | None:
    """Those of the file, once it is here; until then as many as the front end said. A drawing has none."""
    source = sources.get(image.address or "")
    if source is not None and source.state == SourceState.KEPT:
        if source.kind in (None, SVG):
            return None
        if source.width and source.height:
            return source.width, source.height
    return (image.natural_width, image.natural_height) if image.natural_width and image.natural_height else None


def _is_lost(image: Image, sources: Sources) -> bool:
    source = sources.get(image.address or "")
    return source is not None and source.state == SourceState.LOST


def _images(view: View) -> Iterator[Image]:
    return (each for each in view.elements if isinstance(each, Image))


def _words(found: Printed) -> str:
    size = t("files.size", width=lengths.shown(found.width), height=lengths.shown(found.height))
    return f"{size} · {t('files.dpi', n=found.dpi)}" if found.dpi is not None else size
