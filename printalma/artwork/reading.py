"""What the JSON that was sent of a line says about its artwork (docs/contract.md, "Artwork"). Whatever is in it, this
answers: bounded in number and size, and nothing that is wrong raises."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from printalma.artwork import values
from printalma.artwork.elements import element
from printalma.artwork.grounds import SIDES, Ground, Grounds, grounds_of
from printalma.artwork.values import MAX_PIXELS, MAX_SIZE, Sent
from printalma.artwork.view import Area, Image, View
from printalma.lib.i18n import t
from printalma.lib.lenient import as_list, as_object

MAX_VIEWS, MAX_ELEMENTS = 20, 100  # of a line, of a view
SCALE = 0.8  # of a design of which nobody said how large it is


def views(sent: Sent, is_sticker: bool = False) -> tuple[View, ...]:
    """The views of a line that something is printed on, the front first; of one that nothing is printed on, its article
    alone. A sticker's picture is the artwork itself."""
    grounds = grounds_of(sent)
    found = _of_views(sent, grounds) or _of_elements(sent, grounds) or _of_design(sent, grounds)
    if not found:
        found = _of_sticker(grounds) if is_sticker else _bare(grounds)
    found.sort(key=lambda each: SIDES.index(each[0]) if each[0] in SIDES else len(SIDES))
    return tuple(_named(found))


def addresses(sent: Sent, is_sticker: bool = False) -> list[str]:
    """The pictures it takes to show a line, each once, the most telling first: what is printed, then blank articles."""
    found = views(sent, is_sticker)
    printed = [address for view in found for address in image_addresses(view)]
    return list(dict.fromkeys([*printed, *(view.blank for view in found if view.blank)]))


def image_addresses(view: View) -> list[str]:
    """The pictures that are printed on a view, each once."""
    images = (each for each in view.elements if isinstance(each, Image))
    return list(dict.fromkeys(image.address for image in images if image.address))


_Sided = tuple[str, View]  # which of SIDES it is, or what else it is called


def _of_views(sent: Sent, grounds: Grounds) -> list[_Sided]:
    """Drawn by a customer, view by view."""
    drawn = as_object(sent.get("designElementsByView"))
    found = ((key, as_list(elements)) for key, elements in drawn.items())
    keys = [(key, elements) for key, elements in found if elements][:MAX_VIEWS]
    return [_drawn(key, grounds.named(key), elements) for key, elements in keys]


def _of_elements(sent: Sent, grounds: Grounds) -> list[_Sided]:
    """Drawn by a customer of an older front end, whose articles had one view."""
    elements = as_list(sent.get("designElements"))
    return [_drawn("", grounds.first, elements)] if elements else []


def _drawn(key: str, ground: Ground, sent: Sequence[Any]) -> _Sided:
    known = [found for each in sent[:MAX_ELEMENTS] if (found := element(each, ground.area, ground.pixels))]
    known.sort(key=lambda each: each.z)
    return ground.side, View(values.name(key), "", ground.blank, ground.area, tuple(known), len(sent) - len(known))


def _of_design(sent: Sent, grounds: Grounds) -> list[_Sided]:
    """A vendor's product: its design stands in the middle of the first print area, moved by pixels, and fits into as
    much of the area as `scale` says."""
    design, place = as_object(sent.get("designMetadata")), as_object(sent.get("designPositions"))
    address = values.address(design.get("designImageUrl"))
    if address is None and not (sent.get("vendorProductId") and sent.get("designId")):
        return []
    ground = grounds.first
    area = ground.area or Area(0.25, 0.25, 0.5, 0.5)
    across, down = (values.number(place.get(name), -MAX_PIXELS, MAX_PIXELS) or 0 for name in ("x", "y"))
    scale = values.positive(place.get("scale"), MAX_SIZE) or SCALE
    image = Image(
        address,
        x=values.place(area.x + area.width / 2 + across / ground.pixels),
        y=values.place(area.y + area.height / 2 + down / ground.pixels),
        width=area.width * scale,
        height=area.height * scale,
        rotation=values.degrees(place.get("rotation")),
        natural_width=values.positive(place.get("designWidth"), MAX_PIXELS),
        natural_height=values.positive(place.get("designHeight"), MAX_PIXELS),
        name=values.name(design.get("designName")) or values.file_name(address),
    )
    return [(ground.side, View("", "", ground.blank, ground.area, (image,)))]


def _of_sticker(grounds: Grounds) -> list[_Sided]:
    image = Image(grounds.mockup, 0.5, 0.5, 1, 1, name=values.file_name(grounds.mockup))
    return [(t("artwork.sticker"), View("", "", None, None, (image,)))]


def _bare(grounds: Grounds) -> list[_Sided]:
    ground = grounds.first
    return [(ground.side, View("", "", ground.blank, ground.area))] if ground.blank else []


def _named(found: Iterable[_Sided]) -> Iterable[View]:
    """Views under the names of their sides, each under a name of its own."""
    times: dict[str, int] = {}
    for side, view in found:
        name = side if side and side not in SIDES else t(f"artwork.sides.{side or 'ARTICLE'}")
        times[name] = times.get(name, 0) + 1
        yield replace(view, name=name if times[name] == 1 else f"{name} {times[name]}")
