"""Pictures of pages in 256 colours: a third of the weight. Pillow's own ways bend flat surfaces or small marks."""

from collections import Counter
from collections.abc import Iterator

from PIL import Image

Colour = tuple[int, int, int]
COMMON, ALL = 160, 256


def with_palette(picture: Image.Image) -> Image.Image:
    """`picture` (RGB) with its commonest colours kept exactly, and of the others those that differ most."""
    counted = Counter(_pixels(picture))
    colours = sorted(counted, key=lambda colour: (counted[colour], colour), reverse=True)
    palette = _chosen(colours)
    nearest = {colour: min(range(len(palette)), key=lambda n: _distance(palette[n], colour)) for colour in colours}
    found = Image.new("P", picture.size)
    found.putpalette([channel for colour in palette for channel in colour])
    found.putdata([nearest[colour] for colour in _pixels(picture)])
    return found


def _pixels(picture: Image.Image) -> Iterator[Colour]:
    channels = iter(picture.tobytes())
    return zip(channels, channels, channels, strict=True)


def _chosen(colours: list[Colour]) -> list[Colour]:
    chosen = colours[:COMMON]
    left = {colour: min(_distance(colour, known) for known in chosen) for colour in colours[COMMON:]}
    while left and len(chosen) < ALL:
        farthest = max(left, key=left.__getitem__)
        chosen.append(farthest)
        del left[farthest]
        left = {colour: min(known, _distance(colour, farthest)) for colour, known in left.items()}
    return chosen


def _distance(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
