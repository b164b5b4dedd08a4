"""Orders of old years, put aside: their lines and their history packed into one row each, and read from it.

What is packed is JSON of the rows as they were, but for what is empty, deflated with a dictionary of what such rows
usually say: 180 bytes where they took 700. An order that is put aside keeps its row, its text and its place in every
counter. Putting aside and taking back go some orders at a time, beside the traffic: whoever is interrupted has lost
nothing, what is done is done, and the rest is found again.
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from printalma.catalog.models import Product
from printalma.db import Connection, Moment, dumped, reading, table, transaction, unhurried
from printalma.events import log, stored
from printalma.events.log import Record
from printalma.events.models import LoggedEvent
from printalma.events.types import OrderPlaced
from printalma.lib.clock import now
from printalma.orders.models import FINAL, ArchivedOrder, Order, OrderItem

Fields = Mapping[str, Any]  # of a row of any table

MAX_ORDERS = 200  # orders in one transaction: others wait for it
QUIET = timedelta(days=30)  # since the last event of an order: until then phones and bells may tell of it

_archived, _orders, _items = (table(each) for each in (ArchivedOrder, Order, OrderItem))
_events, _products = table(LoggedEvent), table(Product)
# What a line shows of its product as it is today.
OF_PRODUCT = (_products.c.description.label("product_description"), _products.c.price.label("product_price"))
_OF_IDS = sa.select(_archived).where(_archived.c.order_id.in_(sa.bindparam("ids", expanding=True)))
_OF_PRODUCTS = sa.select(_products.c.id, *OF_PRODUCT).where(_products.c.id.in_(sa.bindparam("ids", expanding=True)))
# The first order's event tells the shop's currency (shop.queries). The last one's lines keep their ids from being given
# again: SQLite counts on from the highest there is.
_FIRST = sa.select(_events.c.order_id).where(_events.c.type == OrderPlaced.__name__).order_by(_events.c.id).limit(1)
_LAST = sa.select(sa.func.max(_orders.c.id))
# Hidden from planners, which would go through the index of days and sort half of the shop for each piece.
_DAY, _STATUS = (sa.func.coalesce(column, "") for column in (_orders.c.day, _orders.c.status))
_IS_RIPE = sa.and_(
    sa.bindparam("before") > _DAY,
    _STATUS.in_(FINAL),
    ~sa.exists().where(_archived.c.order_id == _orders.c.id),
    _orders.c.id != sa.func.coalesce(_FIRST.scalar_subquery(), 0),
    _orders.c.id < _LAST.scalar_subquery(),
)
_AHEAD = (
    sa.select(_orders.c.id)
    .where(_IS_RIPE, _orders.c.id > sa.bindparam("last"))
    .order_by(_orders.c.id)
    .limit(MAX_ORDERS)
    .with_for_update(of=_orders)
)

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
    events = [{**event, "data": stored.lean(event["data"])} for event in parts.events]
    packed = dumped({"items": [*map(_filled, parts.items)], "events": [*map(_filled, events)]})
    deflate = zlib.compressobj(9, zdict=DICTIONARY)
    return deflate.compress(packed.encode()) + deflate.flush()


def unpack(order_id: int, data: bytes) -> Parts:
    inflate = zlib.decompressobj(zdict=DICTIONARY)
    packed = json.loads(inflate.decompress(data) + inflate.flush())
    return Parts(*(_rows(order_id, of, packed[of.name.removeprefix("order_")]) for of in (_items, _events)))


def items(connection: Connection, ids: Sequence[int]) -> dict[int, list[Fields]]:
    """The lines of those of the orders `ids` that are put aside, with what their products say today."""
    found = {row.order_id: unpack(*row).items for row in connection.execute(_OF_IDS, {"ids": ids})}
    wanted = list({item["product_id"] for items in found.values() for item in items} - {None})
    today = {row["id"]: row for row in connection.execute(_OF_PRODUCTS, {"ids": wanted}).mappings()} if wanted else {}
    no_product = {"product_description": None, "product_price": None}
    return {
        order_id: [{**today.get(item["product_id"], no_product), **item} for item in items]
        for order_id, items in found.items()
    }


def records(connection: Connection, order_id: int) -> list[Record]:
    """What the log said of an order before it was put aside; nothing of any other."""
    row = connection.execute(_OF_IDS, {"ids": [order_id]}).one_or_none()
    events: list[Any] = [SimpleNamespace(**event) for event in unpack(*row).events] if row else []
    return log.records(connection, events)


def _filled(row: Fields) -> dict[str, Any]:
    """What a row says, as JSON can."""
    values = {name: value for name, value in row.items() if value is not None and name != "order_id"}
    return {name: round(v.timestamp() * 1000) if isinstance(v, datetime) else v for name, v in values.items()}


def _rows(order_id: int, of: sa.Table, filled: Iterable[dict[str, Any]]) -> list[Fields]:
    """The rows, with a value for each column that the table has today."""
    empty = dict.fromkeys(of.c.keys()) | {"order_id": order_id}
    moments = [column.name for column in of.c if isinstance(column.type, Moment)]
    found: list[Any] = [empty | row for row in filled]
    for row in found:
        row |= {name: datetime.fromtimestamp(row[name] / 1000, UTC) for name in moments if row[name] is not None}
    return found


@dataclass(frozen=True)
class Amount:
    """Orders that may be put aside, with how many lines and events; `archived` are so already."""

    orders: int
    lines: int
    events: int
    archived: int


@dataclass(frozen=True)
class _Piece:
    done: int
    last: int | None  # the last order that was looked at; None when there was none


def amount(before: date) -> Amount:
    """What `put_aside` would find. Some of it stays, if something happened to it lately."""
    values = {"before": before.isoformat()}
    ripe = sa.select(_orders.c.id).where(_IS_RIPE)
    counts = [
        sa.select(sa.func.count()).select_from(ripe.subquery()),
        *(sa.select(sa.func.count()).where(rows.c.order_id.in_(ripe)) for rows in (_items, _events)),
        sa.select(sa.func.count()).select_from(_archived),
    ]
    with reading() as connection:
        unhurried(connection)
        return Amount(*(connection.execute(each, values).scalar_one() for each in counts))


def put_aside(before: date) -> Iterator[int]:
    """Archive what came `before` and has ended, piece by piece; how many orders each piece was."""
    yield from _pieces(partial(_put_aside, before=before.isoformat()))


def bring_back() -> Iterator[int]:
    """Bring back all that was put aside, in the same way."""
    yield from _pieces(_bring_back)


def reopen(tx: Connection, order_id: int) -> None:
    """Bring back one order, whose row is locked, if it was put aside: what is at work again is changed and read where
    its lines are."""
    rows = tx.execute(_OF_IDS.with_for_update(), {"ids": [order_id]}).all()  # `bring_back` locks them alone
    if rows:
        _unpacked(tx, rows)


def _pieces(work: Any) -> Iterator[int]:
    last: int | None = 0
    while last is not None:
        piece: _Piece = transaction(partial(work, last=last))
        yield piece.done
        last = piece.last


def _put_aside(tx: Connection, before: str, last: int) -> _Piece:
    ids = list(tx.scalars(_AHEAD, {"before": before, "last": last}))
    if not ids:
        return _Piece(0, None)
    items, events = _by_order(tx, _items, ids), _by_order(tx, _events, ids)
    # The last events stay: who comes back with `since` is told of them one by one, and a tailer stands on one of them.
    upto, moment = log.last_id(tx) - log.MAX_BEHIND, now() - QUIET
    still = [i for i in ids if all(event["id"] < upto and event["at"] < moment for event in events[i])]
    if still:
        packed = [{"order_id": i, "data": pack(Parts(items[i], events[i]))} for i in still]
        tx.execute(sa.insert(_archived), packed)
        for rows in (_items, _events):
            tx.execute(sa.delete(rows).where(rows.c.order_id.in_(still)))
    return _Piece(len(still), ids[-1])


def _bring_back(tx: Connection, last: int) -> _Piece:
    ahead = sa.select(_archived).where(_archived.c.order_id > last).order_by(_archived.c.order_id).limit(MAX_ORDERS)
    rows = tx.execute(ahead.with_for_update()).all()
    if not rows:
        return _Piece(0, None)
    _unpacked(tx, rows)
    return _Piece(len(rows), rows[-1].order_id)


def _unpacked(tx: Connection, rows: Sequence[sa.Row[Any]]) -> None:
    """What lies in these rows of the archive is where it was, and no longer there."""
    parts = [unpack(row.order_id, row.data) for row in rows]
    tx.execute(sa.insert(_items), [item for part in parts for item in part.items])
    tx.execute(sa.insert(_events), [event for part in parts for event in part.events])
    tx.execute(sa.delete(_archived).where(_archived.c.order_id.in_([row.order_id for row in rows])))


def _by_order(tx: Connection, rows: sa.Table, ids: Sequence[int]) -> dict[int, list[Fields]]:
    found: dict[int, list[Fields]] = defaultdict(list)
    for row in tx.execute(sa.select(rows).where(rows.c.order_id.in_(ids)).order_by(rows.c.id)).mappings():
        found[row["order_id"]].append(dict(row))
    return found
