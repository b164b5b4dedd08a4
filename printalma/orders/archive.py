"""Orders that were put aside: their lines and their history, read from one packed row each.

It holds JSON of the rows as they were, but for what is empty, deflated with a dictionary of what such rows usually say:
180 bytes where they took 700.
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from printalma.catalog.models import Product
from printalma.db import Connection, Moment, dumped, table
from printalma.events import log, stored
from printalma.events.log import Record
from printalma.events.models import LoggedEvent
from printalma.orders.models import ArchivedOrder, OrderItem

Fields = Mapping[Any, Any]

_archived, _items, _events, _products = (table(each) for each in (ArchivedOrder, OrderItem, LoggedEvent, Product))
# What a line shows of its product as it is today.
OF_PRODUCT = (_products.c.description.label("product_description"), _products.c.price.label("product_price"))
_OF_IDS = sa.select(_archived).where(_archived.c.order_id.in_(sa.bindparam("ids", expanding=True)))
_OF_PRODUCTS = sa.select(_products.c.id, *OF_PRODUCT).where(_products.c.id.in_(sa.bindparam("ids", expanding=True)))

# What has been packed is unpacked with the same bytes only: they never change.
DICTIONARY = (
    b'{"items":[{"id":,"product_id":,"product_name":"T-shirt Mug Affiche Tote bag Casquette Sweat \\u00e0 capuche ",'
    b'"quantity":1,"unit_price":1490,"total_price":2490,"size":"M","color":"Noir","color_id":1}],"events":['
    b'{"id":,"at":17,"type":"OrderNoted","actor_id":1,"data":{"text":"","by":""},"mark":},'
    b'{"id":,"at":17,"type":"OrderStatusTakenBack","actor_id":1,"data":{"note":"","changed_by":"","previous":"CANCELLED",'
    b'"new":"REJECTED"},"mark":},'
    b'{"id":,"at":17,"type":"OrderPlaced","actor_id":1,"user_id":1,"data":{"total":2490,"currency":"XOF"},"mark":},'
    b'{"id":,"at":17,"type":"OrderPlaced","data":{"total":1990,"currency":"EUR"},"mark":},'
    b'{"id":,"at":17,"type":"OrderStatusChanged","actor_id":1,"data":{"changed_by":"Admin PrintAlma",'
    b'"previous":"PENDING","new":"CONFIRMED"},"mark":},'
    b'{"id":,"at":17,"type":"OrderStatusChanged","actor_id":1,"data":{"previous":"CONFIRMED","new":"PROCESSING",'
    b'"changed_by":""},"mark":},'
    b'{"id":,"at":17,"type":"OrderStatusChanged","actor_id":1,"data":{"previous":"PROCESSING","new":"SHIPPED"},"mark":},'
    b'{"id":,"at":17,"type":"OrderStatusChanged","actor_id":1,"data":{"previous":"SHIPPED","new":"DELIVERED"},"mark":}]}'
)


@dataclass(frozen=True)
class Parts:
    """An order's rows in order_items and in events."""

    items: Sequence[Fields]
    events: Sequence[Fields]


def pack(parts: Parts) -> bytes:
    told = [{**event, "data": stored.lean(event["data"])} for event in parts.events]
    packed = dumped({"items": [*map(_filled, parts.items)], "events": [*map(_filled, told)]})
    deflate = zlib.compressobj(9, zdict=DICTIONARY)
    return deflate.compress(packed.encode()) + deflate.flush()


def unpack(order_id: int, data: bytes) -> Parts:
    inflate = zlib.decompressobj(zdict=DICTIONARY)
    packed = json.loads(inflate.decompress(data) + inflate.flush())
    return Parts(*(_rows(order_id, of, packed[of.name.removeprefix("order_")]) for of in (_items, _events)))


def lines(connection: Connection, ids: Sequence[int]) -> dict[int, list[Fields]]:
    """The lines of those of the orders `ids` that are put aside, with what their products say today."""
    found = {row.order_id: unpack(*row).items for row in connection.execute(_OF_IDS, {"ids": ids})}
    wanted = list({item["product_id"] for items in found.values() for item in items})
    today = {row["id"]: row for row in connection.execute(_OF_PRODUCTS, {"ids": wanted}).mappings()} if wanted else {}
    return {order_id: [{**today[i["product_id"]], **i} for i in items] for order_id, items in found.items()}


def records(connection: Connection, order_id: int) -> list[Record]:
    """What the log said of an order before it was put aside; nothing of any other."""
    row = connection.execute(_OF_IDS, {"ids": [order_id]}).one_or_none()
    events: list[Any] = [SimpleNamespace(**event) for event in unpack(*row).events] if row else []
    return log.records(connection, events)


def _filled(row: Fields) -> dict[str, Any]:
    """What a row says, as JSON can."""
    told = {name: value for name, value in row.items() if value is not None and name != "order_id"}
    return {name: round(v.timestamp() * 1000) if isinstance(v, datetime) else v for name, v in told.items()}


def _rows(order_id: int, of: sa.Table, filled: Iterable[dict[str, Any]]) -> list[Fields]:
    """The rows, with a value for each column that the table has today."""
    empty = dict.fromkeys(of.c.keys()) | {"order_id": order_id}
    moments = [column.name for column in of.c if isinstance(column.type, Moment)]
    found: list[Any] = [empty | row for row in filled]
    for row in found:
        row |= {name: datetime.fromtimestamp(row[name] / 1000, UTC) for name in moments if row[name] is not None}
    return found
