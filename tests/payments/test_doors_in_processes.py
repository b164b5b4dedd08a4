"""The same message at several processes at once, and processes that die, or wait, while a payment is confirmed."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from typing import Any

import pytest

from tests.conftest import StartServer
from tests.payments.conftest import XOF
from tests.support import database as db
from tests.support import recount
from tests.support.matrix import ON_BOTH
from tests.support.payment_providers import DRIP, NEVER, Providers, paytech, tell_paytech
from tests.support.server import Server, Shop, eventually

COMPLETE = {"type_event": "sale_complete"}


@pytest.fixture
def server(database: str, start_server: StartServer, providers: Providers) -> Iterator[Server]:
    yield start_server(database, WORKERS="2", **XOF, **providers.settings)
    assert recount.kept(database) == recount.counted(database)


def placed(server: Shop) -> dict[str, Any]:
    return server.client().place(paymentMethod="PAYTECH")


def paid(server: Shop, order: dict[str, Any]) -> tuple[str, int]:
    row = db.select(server.database_url, "SELECT * FROM orders WHERE id = :id", id=order["id"])[0]
    return row.payment_status, row.paid


def told(server: Shop, order: dict[str, Any]) -> int:
    """How many times the log says that money came."""
    asks = "SELECT COUNT(*) FROM events WHERE type = 'OrderPaymentNoted' AND order_id = :id"
    found: int = db.select(server.database_url, asks, id=order["id"])[0][0]
    return found


@ON_BOTH
def test_the_same_message_at_once_is_one_payment(server: Shop, providers: Providers, token: str) -> None:
    order, providers.says[token] = placed(server), COMPLETE
    body = paytech(order, token)
    with ThreadPoolExecutor(6) as hands:
        answers = list(hands.map(lambda _n: tell_paytech(server.client(), body), range(6)))
    assert {(answer.status, answer.text) for answer in answers} == {(200, "IPN OK")}
    assert (paid(server, order), told(server, order)) == (("PAID", order["totalAmount"]), 1)


@ON_BOTH
def test_killed_between_message_and_answer_nothing_is_half_done(
    server: Server, providers: Providers, token: str
) -> None:
    order, providers.says[token] = placed(server), NEVER
    with ThreadPoolExecutor(1) as hands:
        waits = hands.submit(tell_paytech, server.client(), paytech(order, token))
        eventually(lambda: token in providers.asked)
        server.signal_all(signal.SIGKILL)
        with suppress(OSError, HTTPException):
            waits.result()
    server.kill()
    assert paid(server, order) == ("PENDING", 0)
    providers.says[token] = COMPLETE
    server.start()
    assert tell_paytech(server.client(), paytech(order, token)).status == 200
    assert (paid(server, order), told(server, order)) == (("PAID", order["totalAmount"]), 1)


@ON_BOTH
@pytest.mark.parametrize("how", [NEVER, DRIP])
def test_who_waits_for_a_provider_keeps_nobody_else(server: Shop, providers: Providers, token: str, how: str) -> None:
    """Of questions there are eight at once in each of two processes: the rest is told to come again at once."""
    orders = [placed(server) for _ in range(3)]
    for n, order in enumerate(orders):
        providers.says[f"{token}-{n}"] = how
        order["token"] = f"{token}-{n}"
    with ThreadPoolExecutor(24) as hands:
        waits = [hands.submit(tell_paytech, server.client(), paytech(order, order["token"])) for order in orders * 8]
        eventually(lambda: len(providers.asked) >= 8)
        placed(server)
        assert {each.result().status for each in waits} == {503}
    assert [paid(server, order) for order in orders] == [("PENDING", 0)] * 3
