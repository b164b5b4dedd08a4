"""What a front end sent beside what has columns, kept as JSON text that goes into answers as it is: the artwork of a
line, and what belongs to the order (docs/contract.md, "An order as JSON").

It is written once, and read again only where its artwork is shown: somebody's megabyte costs an admin's list nothing
but the way.
"""

import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

import sqlalchemy as sa

from printalma import artwork
from printalma.artwork import View
from printalma.db import Connection, table
from printalma.db.rows import add
from printalma.lib.errors import Invalid
from printalma.lib.i18n import t
from printalma.lib.lenient import as_line, as_list, as_object
from printalma.orders.models import SentJSON
from printalma.orders.queries import Details, ItemRow
from printalma.orders.schemas import DeliveryJSON, LineJSON, OrderJSON

STICKERS_WORD = "sticker-"  # what the product of a sticker is called that a customer made
MAX_UNKNOWN = 20_000  # characters of a field of the order that we know nothing of
MAX_FIELDS = 200  # that are kept of these, the first: a body has room for sixty thousand

_sent = table(SentJSON)
_OF_IDS = sa.select(_sent).where(_sent.c.order_id.in_(sa.bindparam("ids", expanding=True)))
# What an answer says in our own words, under the same names; and what would be no field of whoever reads it.
_OURS_OF_LINE = LineJSON.__annotations__.keys() | {"__proto__"}
# All of it has columns, and is corrected there: a customer who asked to be forgotten is.
_IN_COLUMNS = {"shippingDetails", "shippingAddress"}
_OURS_OF_ORDER = OrderJSON.__annotations__.keys() - DeliveryJSON.__annotations__.keys() | _IN_COLUMNS | {"__proto__"}
_DELIVERY = {
    "deliveryType": "deliveryType",
    "deliveryCityId": "cityId",
    "deliveryCityName": "cityName",
    "deliveryRegionId": "regionId",
    "deliveryRegionName": "regionName",
    "deliveryZoneId": "zoneId",
    "deliveryZoneName": "zoneName",
    "transporteurId": "transporteurId",
    "transporteurLogo": "transporteurLogo",
    "zoneTarifId": "zoneTarifId",
}

Texts = Mapping[int, str]  # by item, 0 for the order


def of_line(sent: Mapping[str, Any], by_number: bool) -> str | None:
    """What is kept of a line; None when its columns say it all. `by_number`: it is of the product that it names."""
    fields = {name: value for name, value in sent.items() if name not in _OURS_OF_LINE}
    if sent.get("productId") is not None and not by_number:
        fields["productId"] = sent["productId"]
    if "designPositions" in fields:
        fields.setdefault("savedDesignPosition", fields["designPositions"])
    if fields.get("delimitation") is None and (areas := as_list(fields.get("delimitations"))):
        fields["delimitation"] = areas[0]
    return written(fields) if fields else None


def of_order(sent: Mapping[str, Any]) -> str | None:
    """What is kept of the order; None when its columns say it all."""
    fields = {name: value for name, value in sent.items() if name not in _OURS_OF_ORDER}
    if not fields:
        return None
    known = {"deliveryInfo": sent.get("deliveryInfo")} | _flat(as_object(sent.get("deliveryInfo")))
    unknown = islice(((name, value) for name, value in fields.items() if name not in known), MAX_FIELDS)
    kept = {name: value for name, value in unknown if len(written(value)) <= MAX_UNKNOWN}
    return written(known | kept)


def _flat(info: Mapping[str, Any]) -> dict[str, Any]:
    return {ours: as_line(info.get(name)) for ours, name in _DELIVERY.items()}


NOTHING = json.dumps({"deliveryInfo": None} | _flat({}), separators=(",", ":"))


def save(tx: Connection, texts: Mapping[int, Texts]) -> None:
    """Save the texts of orders, by their ids."""
    add(tx, _sent, (row for order_id, of_it in texts.items() for row in rows(order_id, of_it)))


def forget(tx: Connection, order_id: int, item_ids: Collection[int]) -> int:
    """Drop what was sent of these lines of an order, which are dropped: how many bytes that were."""
    mine = _sent.c.order_id == order_id, _sent.c.item_id.in_(item_ids)
    gone = tx.scalars(sa.delete(_sent).where(*mine).returning(_sent.c.text)).all() if item_ids else ()
    return sum(len(text.encode()) for text in gone)


def rows(order_id: int, texts: Texts) -> list[dict[str, Any]]:
    """What is saved of an order's texts."""
    return [{"order_id": order_id, "item_id": item_id, "text": text} for item_id, text in texts.items()]


def of(connection: Connection, ids: Iterable[int]) -> dict[int, dict[int, str]]:
    """What is kept of the orders `ids`, by order and item."""
    found: dict[int, dict[int, str]] = {}
    for row in connection.execute(_OF_IDS, {"ids": list(ids)}):
        found.setdefault(row.order_id, {})[row.item_id] = row.text
    return found


def views(item: ItemRow, text: str | None) -> tuple[View, ...]:
    """The views of a line, of which `text` is kept; none where nothing is."""
    return artwork.views(read(text), is_sticker(item.reference)) if text else ()


def addresses(item: ItemRow, text: str | None) -> list[str]:
    """The pictures it takes to show a line, the most telling first."""
    return artwork.addresses(read(text), is_sticker(item.reference)) if text else []


def is_sticker(reference: str | None) -> bool:
    """Whether a saved line was called one."""
    return (reference or "").startswith(("sticker:", f"word:{STICKERS_WORD}"))


def read(text: str | None) -> dict[str, Any]:
    """What was sent of a line, from what is kept of it."""
    try:
        return as_object(json.loads(text)) if text else {}
    except (ValueError, RecursionError):  # a page's drawing stands deeper than what once read it
        return {}


def with_texts(details: Details, texts: Mapping[int, Texts]) -> Details:
    return replace(details, texts=texts.get(details.order.id, {}))


def written(value: Any) -> str:
    """`value` as JSON that both databases keep and every reader takes. Raises Invalid for what is nested too deep."""
    try:
        return _dumped(value)
    except RecursionError:  # writing may go less deep than reading did: on Python 3.11, a thousand brackets
        raise Invalid(t("errors.malformed_json")) from None


def _dumped(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode()
    except UnicodeEncodeError:  # half a pair of surrogates
        return json.dumps(_finite(value), separators=(",", ":"))
    except ValueError:  # 1e999, which JSON can say and not hold
        return _dumped(_finite(value))
    return text


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
