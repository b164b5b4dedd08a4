"""By what lines are known that are printed alike, whatever their size: one key for one artwork, and one picture. Both
are taken from the JSON as it was sent, which costs a new order next to nothing; its views would cost it a millisecond.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from printalma.artwork import values
from printalma.lib.lenient import as_list, as_object

NONE = ""  # nothing is printed on it
LETTERS = 16

Element = tuple[str, dict[str, Any]]  # and on which view


def artwork_key(sent: Mapping[str, Any], is_sticker: bool, alone: str) -> str:
    """The same for the same artwork. One of which a picture is missing is like no other: it is known by `alone`."""
    drawn = _drawn(sent)
    found = drawn or _designed(sent, is_sticker)
    if not found:
        return NONE
    if any(each.get("type") == "image" and not each.get("imageUrl") for _, each in drawn):
        found = [alone]
    try:
        told = json.dumps(found, sort_keys=True)
    except (RecursionError, ValueError):
        told = alone
    return hashlib.sha256(told.encode()).hexdigest()[:LETTERS]


def picture_address(sent: Mapping[str, Any]) -> str | None:
    """The picture that tells best what a line is: what is printed on it, else the article."""
    printed = [each.get("imageUrl") for _, each in _drawn(sent)]
    design = as_object(sent.get("designMetadata")).get("designImageUrl")
    return next(filter(None, map(values.address, [*printed, design, sent.get("mockupUrl")])), None)


def _drawn(sent: Mapping[str, Any]) -> list[Element]:
    """What a customer drew, view by view; who drew it anew drew the same. A view is called after its colour, too."""
    by_view = as_object(sent.get("designElementsByView")) or {"": sent.get("designElements")}
    return [(key.partition("-")[2], each) for key, sent_of_it in by_view.items() for each in _elements(sent_of_it)]


def _elements(sent: Any) -> Iterator[dict[str, Any]]:
    for each in as_list(sent):
        yield {name: value for name, value in as_object(each).items() if name != "id"}


def _designed(sent: Mapping[str, Any], is_sticker: bool) -> list[Any]:
    """A vendor's design and its place, or a sticker, which is its own picture."""
    if is_sticker and sent.get("mockupUrl"):
        return [sent.get("mockupUrl")]
    design = as_object(sent.get("designMetadata")).get("designImageUrl") or sent.get("designId")
    return [design, sent.get("designPositions")] if design else []
