"""What was sent with a refused order: whether it looks like an order, what is kept of it, and how it reads."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from printalma.lib import phones
from printalma.refused.models import MAX_BODY

MAX_TEXT = 2000  # characters of one text in a body
MAX_SHOWN = 300
MAX_DEPTH = 12  # an order's artwork has six levels
MAX_LINES = 300
MAX_PARTS = 10_000  # of a body, fields and texts together: to go through a megabyte of them held up other orders
SAME_DIGITS = 9  # at a number's end, by which it is the same with its country's code and without
# What an order's line carries for the press: it is long, and nobody is called about it.
ARTWORK = (
    "designElementsByView",
    "designElements",
    "viewsMetadata",
    "delimitations",
    "delimitation",
    "customizationIds",
)
PICTURE = "data:…"

_ORDER = re.compile(r'"(?:orderItems|shippingDetails|shippingAddress|phoneNumber)"\s*:')
_PHONE = re.compile(r'"phoneNumber"\s*:\s*"([^"\\]{1,60})"')
_DATA = re.compile(r'"data:(?:[^"\\]|\\.)*(?:"|\\?$)')


@dataclass(frozen=True)
class SentLine:
    """A line of an order as somebody sent it: any of it may be missing or odd."""

    product: str
    quantity: str
    price: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Sent:
    """A refused order's body for people. `fields` is what a form would be filled with; empty for what is no JSON."""

    text: str
    fields: dict[str, Any]

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self._of("shippingDetails", part) for part in ("firstName", "lastName"))))

    @property
    def phone(self) -> str:
        found = _PHONE.search(self.text)
        return _shown(self.fields.get("phoneNumber")) or (found[1] if found else "")

    @property
    def country(self) -> str:
        return self._of("shippingDetails", "country")

    @property
    def address(self) -> list[str]:
        parts = ("company", "street", "apartment", "postalCode", "city", "region", "country")
        found = [self._of("shippingDetails", part) for part in parts] + [_shown(self.fields.get("shippingAddress"))]
        return list(dict.fromkeys(filter(None, found)))

    @property
    def more(self) -> dict[str, str]:
        """What else was said, by the keys of its labels."""
        found = {
            "email": _shown(self.fields.get("email")),
            "payment": _shown(self.fields.get("paymentMethod")),
            "fee": self._of("deliveryInfo", "deliveryFee"),
            "total": _shown(self.fields.get("totalAmount")),
            "notes": _shown(self.fields.get("notes")),
        }
        return {name: text for name, text in found.items() if text}

    @property
    def lines(self) -> list[SentLine]:
        items = self.fields.get("orderItems")
        return [_line(item) for item in items[:MAX_LINES]] if isinstance(items, list) else []

    def _of(self, name: str, part: str) -> str:
        found = self.fields.get(name)
        return _shown(found.get(part)) if isinstance(found, dict) else ""


def read(text: str) -> Sent:
    """A kept body, read."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    return Sent(text, found if isinstance(found, dict) else {})


def without_pictures(value: Any) -> Any:
    """What was sent, without what stands for pictures that were not kept: where one was, there is none."""
    if isinstance(value, dict):
        return {name: without_pictures(part) for name, part in value.items()}
    if isinstance(value, list):
        return [without_pictures(part) for part in value]
    return "" if value == PICTURE else value


def looks_like_order(text: str) -> bool:
    """Whether a body names an order's fields, although it may be cut or no JSON."""
    return _ORDER.search(text) is not None


def kept(text: str) -> str:
    """What is kept of a body: no picture is, and an order whose artwork makes it too long is kept without that."""
    fields = read(text).fields
    if not fields:
        return _DATA.sub(f'"{PICTURE}"', text)[:MAX_BODY]
    whole = _dumped(_trimmed(fields))
    if len(whole) > MAX_BODY and isinstance(fields.get("orderItems"), list):
        lines = [_without_artwork(item) for item in fields["orderItems"][:MAX_LINES]]
        whole = _dumped(_trimmed(fields | {"orderItems": lines}))
    return whole[:MAX_BODY]


def phone_of(text: str) -> str | None:
    """The digits by which a customer is known again; None for a number too short to tell."""
    found = phones.digits(read(text).phone)[-SAME_DIGITS:]
    return found if len(found) == SAME_DIGITS else None


def _line(item: Any) -> SentLine:
    if not isinstance(item, dict):
        return SentLine(_shown(item), "", "", ())
    options = tuple(filter(None, (_shown(item.get(name)) for name in ("size", "color"))))
    number = next(filter(None, (_shown(item.get(name)) for name in ("name", "productName", "productId"))), "")
    return SentLine(number, _shown(item.get("quantity")), _shown(item.get("unitPrice")), options)


def _shown(value: Any) -> str:
    """A value for people, whatever somebody sent in its place."""
    if value is None or value == "":
        return ""
    text = value if isinstance(value, str) else _dumped(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _trimmed(value: Any) -> Any:
    return _bounded(value, MAX_DEPTH, iter(range(MAX_PARTS)))


def _bounded(value: Any, depth: int, parts: Iterator[int]) -> Any:
    """As much of it as there are `parts` left."""
    if isinstance(value, str):
        return PICTURE if value.startswith("data:") else value[:MAX_TEXT]
    if not isinstance(value, dict | list):
        return value
    if depth == 0:
        return "…"
    if isinstance(value, dict):
        return {
            name[:MAX_TEXT]: _bounded(part, depth - 1, parts)
            for _, (name, part) in zip(parts, value.items(), strict=False)
        }
    return [_bounded(part, depth - 1, parts) for _, part in zip(parts, value, strict=False)]


def _without_artwork(item: Any) -> Any:
    return {name: part for name, part in item.items() if name not in ARTWORK} if isinstance(item, dict) else item


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
