"""Orders are judged anew once their pictures are here, or given up: a front end's word about a file is its word.
(What is good enough: prints.py.)

What that finds is a mark like any other, also on an order that is confirmed already; what it does not find any more
goes. What somebody of the team has settled stays settled, unless it has become worse.

The transaction that settles pictures notes whose they are, and they are judged one after the other: two hundred at once
took a second, in which nobody else had a turn.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask
from gevent.event import Event

from printalma.artwork import View, image_addresses
from printalma.db import UNREACHABLE, Connection, Row, after_commit, reading, table, transaction, upsert
from printalma.db.prepared import Prepared
from printalma.events import log, repeating
from printalma.events.types import PicturesChanged
from printalma.orders import marks, queries, sent
from printalma.orders.marks import Mark
from printalma.orders.models import Order, OrderMark, Status
from printalma.orders.queries import OrderRow
from printalma.pictures.models import OrderSource
from printalma.pictures.queries import is_waiting, sources
from printalma.print_checks import prints
from printalma.print_checks.models import OrderToJudge
from printalma.web.peer import let_others

GATHER_SECONDS = 0.2
MAX_NOTED = 20_000  # orders that name one picture
LARGE = 100_000  # bytes sent: what takes a third of a second to read is judged once, when its last picture is settled

logger = logging.getLogger(__name__)

_orders, _marks, _waiting, _of_orders = map(table, (Order, OrderMark, OrderToJudge, OrderSource))
_KNOWN = sa.select(_marks).where(_marks.c.order_id == sa.bindparam("id")).order_by(_marks.c.id)
_NEXT = Prepared(sa.select(_waiting.c.order_id).order_by(_waiting.c.order_id.desc()).limit(1))
_DONE = sa.delete(_waiting).where(_waiting.c.order_id == sa.bindparam("id"))

Facts = dict[str, Any]
Key = tuple[int, Mark]  # a line's id
Drawn = Mapping[int, tuple[str, tuple[View, ...]]]  # of lines by their ids: what was sent, and what that shows

_listeners: list[Callable[[], None]] = []


class JudgingProcess:
    """Made once per app; `start` is called once per server process, after gunicorn's fork and gevent's patch."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        app.extensions["printalma.judging"] = self

    def start(self, worker: Any) -> None:
        """Until `worker` (gunicorn's) ends."""
        nudge = Event()
        _listeners.append(nudge.set)
        repeating.start(self._app, worker, judge_all, nudge, GATHER_SECONDS)


def note(tx: Connection, order_ids: Sequence[int], keys: Collection[str]) -> None:
    """Have these orders judged, and those that name one of the sources `keys`. Who judges one that waits already does
    so when this transaction has ended, and sees what it has done: the row that is there is locked, too."""
    if order_ids or keys:
        after_commit(tx, _tell)
    if order_ids:
        tx.execute(_wait(upsert(_waiting)), [{"order_id": each} for each in sorted(order_ids)])
    for key in sorted(keys):
        naming = sa.select(_of_orders.c.order_id).where(_of_orders.c.key == key)
        newest = naming.order_by(_of_orders.c.order_id.desc()).limit(MAX_NOTED)
        tx.execute(_wait(upsert(_waiting).from_select(["order_id"], newest)))


def _tell() -> None:
    for listener in _listeners:
        listener()


def _wait(rows: Any) -> Any:
    return rows.on_conflict_do_update(index_elements=["order_id"], set_={"order_id": rows.excluded.order_id})


def judge_all() -> None:
    """Judge what waits, the newest first, everybody else having a turn in between. An order that nobody can make sense
    of is left as it is: those behind it do not wait for a better release."""
    while True:
        with reading() as connection:
            found = _NEXT.first(connection)
        if found is None:
            return
        order_id = found.order_id
        try:
            transaction(partial(_judge_waiting, order_id=order_id, drawn=_drawn(order_id)))
        except UNREACHABLE:
            raise
        except Exception:
            logger.exception("order %d is not judged by its pictures", order_id)
            transaction(partial(_is_mine, order_id=order_id))
        let_others()


def _drawn(order_id: int) -> Drawn:
    """What is on the lines of an order that can be judged, read before its transaction: a line may take a tenth of a
    second, and there may be thirty of that kind."""
    found: dict[int, tuple[str, tuple[View, ...]]] = {}
    with reading() as connection:
        order = queries.by_id(connection, order_id)
        if order is None or not _can_judge(connection, order):
            return found
        texts = sent.of(connection, [order_id]).get(order_id, {})
        for item in queries.items(connection, [order_id])[order_id]:
            if text := texts.get(item.id):
                found[item.id] = text, sent.views(item, text)
                let_others()
    return found


def _can_judge(connection: Connection, order: OrderRow) -> bool:
    if not order.sent_size or Status(order.status).is_final:
        return False
    return order.sent_size <= LARGE or not is_waiting(connection, order.id)


def _judge_waiting(tx: Connection, order_id: int, drawn: Drawn) -> None:
    if not _is_mine(tx, order_id):
        return  # another process did
    order = queries.by_id_for_update(tx, order_id)
    if order is not None and _can_judge(tx, order) and _judge(tx, order, drawn):
        log.append(tx, PicturesChanged([order_id]), None)


def _is_mine(tx: Connection, order_id: int) -> bool:
    return tx.execute(_DONE, {"id": order_id}).rowcount == 1


def _judge(tx: Connection, order: OrderRow, drawn: Drawn) -> bool:
    """Have an order the marks that its pictures give it; whether they are others than before."""
    found = dict(_found(tx, order.id, drawn))
    rows: dict[Key, list[Row]] = {}
    for row in tx.execute(_KNOWN, {"id": order.id}):
        if row.mark == Mark.RESOLUTION or (row.mark == Mark.ARTWORK and row.facts.get("why") == "lost"):
            rows.setdefault((row.item_id, Mark(row.mark)), []).append(row)
    changes = [_settle(tx, order.id, key, found.get(key), rows.get(key, ())) for key in found.keys() | rows.keys()]
    if any(changes):
        left = marks.reopened(tx, order.id)
        tx.execute(sa.update(_orders).where(_orders.c.id == order.id).values(marks=left))
    return any(changes)


def _found(tx: Connection, order_id: int, drawn: Drawn) -> Iterator[tuple[Key, Facts]]:
    texts = sent.of(tx, [order_id]).get(order_id, {})
    items = [item for item in queries.items(tx, [order_id])[order_id] if item.id in texts]
    scales = prints.scales(tx, items)
    for item in items:
        text, views = drawn.get(item.id, ("", ()))
        if text != texts[item.id]:  # it has changed meanwhile, or the last picture has just come
            views = sent.views(item, texts[item.id])
        known = sources(tx, {address for view in views for address in image_addresses(view)})
        for mark, facts in (
            (Mark.ARTWORK, prints.lost(views, known)),
            (Mark.RESOLUTION, prints.too_few_dots(views, scales[item.id], known)),
        ):
            if facts is not None:
                yield (item.id, mark), facts


def _settle(tx: Connection, order_id: int, key: Key, facts: Facts | None, rows: Sequence[Row]) -> bool:
    """Have one mark of a line say `facts`, or be gone; whether anything changed."""
    still = next((row for row in rows if row.cleared_at is None), None)
    if still is not None and facts is None:
        tx.execute(sa.delete(_marks).where(_marks.c.id == still.id))
    elif still is not None and facts is not None and facts != still.facts:
        marks.restate(tx, still.id, facts)
    elif still is None and facts is not None and not any(_covers(row.facts, facts) for row in rows):
        item_id, mark = key
        values = {"order_id": order_id, "item_id": item_id, "mark": mark.value, "facts": facts}
        tx.execute(sa.insert(_marks).values(values))
    else:
        return False
    return True


def _covers(settled: Facts, facts: Facts) -> bool:
    """Whether who settled that has seen this, too."""
    worse = facts.get("dpi", 0) < settled.get("dpi", 0)
    return not worse and facts.get("count", 0) <= settled.get("count", 0)
