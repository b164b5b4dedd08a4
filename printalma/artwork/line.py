"""The artwork of a line as a front end sends it: what of its price it explains, and whether it is all there."""

from collections.abc import Iterator, Mapping
from typing import Any

from printalma.lib.lenient import as_line, as_list, as_minor, as_object, is_number

Sent = Mapping[str, Any]

MAX_VIEWS, MAX_NAME = 20, 60  # what a mark tells of the views in which something is missing


def is_customised(sent: Sent) -> bool:
    """Whether somebody drew something on it, or began to."""
    return any(sent.get(name) for name in ("designElementsByView", "designElements", "customizationIds"))


def cost(sent: Sent, currency: str, most: int) -> int:
    """The sum of the prices of the different designs of the shop on it. A customer's own pictures have no number."""
    prices: dict[Any, int] = {}
    for _view, element in _elements(sent):
        design = element.get("designId")
        if is_number(design):
            price = as_minor(element.get("designPrice"), currency, most) or 0
            prices[design] = max(price, prices.get(design, 0))
    return sum(prices.values())


def elements(sent: Sent) -> int:
    """How much is drawn on it."""
    drawn = (*as_object(sent.get("designElementsByView")).values(), sent.get("designElements"))
    return sum(len(as_list(each)) for each in drawn)


def doubt(sent: Sent, is_sticker: bool) -> dict[str, Any] | None:
    """What is missing of it, for a mark; None when nothing seems to be."""
    if blank := [view for view, element in _elements(sent) if _is_blank_picture(element)]:
        return {"why": "picture", "views": _names(blank)}
    if is_sticker:
        return None if as_line(sent.get("mockupUrl")) else {"why": "sticker"}
    if sent.get("vendorProductId"):
        has_design = as_line(as_object(sent.get("designMetadata")).get("designImageUrl"))
        return {"why": "design"} if sent.get("designId") and not has_design else None
    drawn = as_object(sent.get("designElementsByView"))
    if missing := [view for view in as_object(sent.get("customizationIds")) if not drawn.get(view)]:
        return {"why": "elements", "views": _names(missing)}
    return {"why": "elements", "views": []} if sent.get("customizationId") and not is_customised(sent) else None


def _elements(sent: Sent) -> Iterator[tuple[str, Sent]]:
    for view, elements in as_object(sent.get("designElementsByView")).items():
        yield from ((view, element) for element in as_list(elements) if isinstance(element, dict))
    yield from (("", element) for element in as_list(sent.get("designElements")) if isinstance(element, dict))


def _is_blank_picture(element: Sent) -> bool:
    if element.get("type") == "image" or "imageUrl" in element:
        return not as_line(element.get("imageUrl"))
    return bool(element.get("_hasDataUrl"))


def _names(views: list[str]) -> list[str]:
    return [as_line(view[:MAX_NAME]) or "" for view in list(dict.fromkeys(views))[:MAX_VIEWS]]
