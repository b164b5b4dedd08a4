"""What ends a sign-in closes its sockets with 4401 within two seconds, in whichever process each of them lives."""

import time
from collections.abc import Callable

import pytest

from tests.accounts.people import PASSWORD, admin, again
from tests.support import database as db
from tests.support.client import Client, Dashboard
from tests.support.inside import flask
from tests.support.matrix import ON_POSTGRES
from tests.support.server import Server, Shop

pytestmark = [ON_POSTGRES, pytest.mark.matrix]
ENDED = 4401
SOON = 10.0  # seconds: two are promised; without a word it would stay for minutes
SOCKETS = 8  # of one sign-in: with two processes, all in one of them would be chance of one in a hundred


def sign_out(shop: Shop, client: Client) -> None:
    assert client.post("/auth/logout").status == 201


def disable(shop: Shop, client: Client) -> None:
    flask(shop.database_url, "admin", "disable", client.user["email"])


def reset_password(shop: Shop, client: Client) -> None:
    flask(shop.database_url, "admin", "password", client.user["email"], "--password", "quite another one")


def change_password(shop: Shop, client: Client) -> None:
    body = {"currentPassword": PASSWORD, "newPassword": "much, much longer", "confirmPassword": "much, much longer"}
    assert again(shop, client).put("/auth/change-password", body).status == 200


@pytest.mark.parametrize("end", [sign_out, disable, reset_password, change_password])
def test_a_sign_in_that_ends_closes_its_sockets_in_every_process(
    pair: Server, end: Callable[[Server, Client], None]
) -> None:
    leaving, staying = admin(pair), pair.admin_once()
    sockets = [leaving.dashboard() for _ in range(SOCKETS)]
    others = [staying.dashboard() for _ in range(2)]
    end(pair, leaving)
    ended_at = time.monotonic()
    assert [socket.wait_for_close() for socket in sockets] == [ENDED] * SOCKETS
    assert time.monotonic() - ended_at < SOON
    number = pair.client().place()["orderNumber"]
    for socket in others:
        socket.wait_for(number)
    assert all(number not in socket.seen for socket in sockets)


def test_signing_out_in_one_tab_closes_no_socket_of_another_sign_in(pair: Shop) -> None:
    leaving = admin(pair)
    staying = again(pair, leaving)
    socket, other = leaving.dashboard(), staying.dashboard()
    sign_out(pair, leaving)
    assert socket.wait_for_close() == ENDED
    other.wait_for(pair.client().place()["orderNumber"])


def test_a_new_password_keeps_the_socket_of_whoever_set_it(pair: Shop) -> None:
    staying = admin(pair)
    leaving = again(pair, staying)
    socket, other = staying.dashboard(), leaving.dashboard()
    body = {"currentPassword": PASSWORD, "newPassword": "much, much longer", "confirmPassword": "much, much longer"}
    assert staying.put("/auth/change-password", body).status == 200
    assert other.wait_for_close() == ENDED
    socket.wait_for(pair.client().place()["orderNumber"])


def test_a_socket_opened_with_an_ended_sign_in_is_told_so(pair: Shop) -> None:
    leaving = admin(pair)
    sign_out(pair, leaving)
    for token in (leaving.token, "forged", ""):
        socket = Dashboard(leaving, "/dashboard", None, hello=False, cookie=f"auth_token={token}")
        assert socket.wait_for_close() == ENDED


def test_a_socket_does_not_outlive_its_sign_in(pair: Shop) -> None:
    somebody = admin(pair)
    soon = int((time.time() + 2) * 1000)
    change = "UPDATE sessions SET expires_at = :soon WHERE user_id = :id"
    db.execute(pair.database_url, change, soon=soon, id=somebody.user["id"])
    socket = somebody.dashboard()
    assert socket.wait_for_close() == ENDED
    assert 0 <= time.time() - soon / 1000 < SOON


def test_a_customer_gets_no_dashboard_socket(pair: Shop) -> None:
    somebody = pair.client().register("no-socket@example.org")
    socket = somebody.dashboard(hello=False)
    assert socket.wait_for_close() == ENDED
    assert socket.seen == ""


def test_a_page_that_does_not_say_goodbye_is_cut_off(pair: Shop) -> None:
    """Its computer sleeps: the server does not wait for an answer to its close."""
    leaving = admin(pair)
    line = leaving.dashboard().socket.sock
    assert line is not None
    sign_out(pair, leaving)
    assert line
    line.settimeout(25)
    received = b""
    while chunk := line.recv(4096):
        received += chunk
    assert received.endswith(b"\x88\x02" + ENDED.to_bytes(2, "big"))
