"""Orders as the API answers with them. A list goes out piece by piece and is bounded: what somebody sent of a hundred
orders may be a hundred megabytes."""

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, stream_with_context

from printalma.config import settings
from printalma.db import Connection, reading
from printalma.orders import queries, sent, serializers
from printalma.orders.queries import Details
from printalma.web.responses import joined, success_text

MAX_ANSWER = 8_000_000  # bytes of what was sent: the orders beyond come without
PIECE = 250_000  # bytes of it that are read and written before everybody else gets their turn
PAUSE_SECONDS = 0.002  # not 0: see export.views


def order(sentence: str, details: Details, for_team: bool, status: int = 200) -> Response:
    return success_text(sentence, serializers.order_text(details, settings().shop_currency, for_team), status)


def page(sentence: str, orders: Sequence[Details], for_team: bool, **beside: Any) -> Response:
    """`{orders, …}`, of which each piece has a connection of its own, and what is `beside`."""
    head, tail = joined({"success": True, "message": sentence}), joined(beside)
    parts = _parts(f'{head[:-1]},"data":{{"orders":[', orders, f"],{tail[1:]}}}", for_team)
    # One piece has a length, and is compressed as a whole.
    is_small = sum(each.order.sent_size for each in orders) <= PIECE
    return Response("".join(parts) if is_small else stream_with_context(parts), mimetype="application/json")


def _parts(head: str, orders: Sequence[Details], tail: str, for_team: bool) -> Iterator[str]:
    currency, left, comma = settings().shop_currency, MAX_ANSWER, ""
    yield head
    for piece in _pieces(orders):
        if comma:
            time.sleep(PAUSE_SECONDS)
        whole = [each.order.id for each in piece if (left := left - each.order.sent_size) >= 0]
        with reading() as connection:
            texts = sent.of(connection, whole) if any(each.order.sent_size for each in piece) else {}
        for each in piece:
            is_whole = each.order.sent_size == 0 or each.order.id in texts
            yield comma + serializers.order_text(sent.with_texts(each, texts), currency, for_team, not is_whole)
            comma = ","
    yield tail


def _pieces(orders: Sequence[Details]) -> Iterator[list[Details]]:
    piece: list[Details] = []
    for each in orders:
        if piece and sum(one.order.sent_size for one in (*piece, each)) > PIECE:
            yield piece
            piece = []
        piece.append(each)
    if piece:
        yield piece


def complete(connection: Connection, details: Details) -> Details:
    """An order with what was sent of it."""
    return sent.with_texts(details, sent.of(connection, [details.order.id])) if details.order.sent_size else details


def present_state(order_id: int, for_team: bool) -> Any:
    """An order as it is now, as JSON; None where there is none."""
    with reading() as connection:
        details = queries.details_by_id(connection, order_id)
        whole = details and complete(connection, details)
    return whole and json.loads(serializers.order_text(whole, settings().shop_currency, for_team))
