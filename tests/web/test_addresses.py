"""A slash behind an address changes nothing, as with the server front ends were first written for."""

from typing import Any

import pytest

from tests.support.client import cart
from tests.support.matrix import ON_SQLITE
from tests.support.server import Server, Shop
from tests.test_access import ROUTES

pytestmark = ON_SQLITE
API = ("/auth", "/orders", "/notifications", "/push")
CALLS = [name for name in ROUTES if name.split()[1].startswith(API) and "/live" not in name]


@pytest.fixture(scope="module")
def shop(common_server: Server) -> Server:
    return common_server


@pytest.mark.parametrize("call", CALLS)
def test_a_call_is_answered_at_once_with_a_slash_behind_it(shop: Shop, call: str) -> None:
    method, path = call.replace("<int:order_id>", "999999999").replace("<int:event_id>", "999999999").split()
    client = shop.client()
    plain, slashed = (client.send(method, address, None) for address in (path, f"{path}/"))
    assert (slashed.status, slashed.text) == (plain.status, plain.text)
    assert slashed.status < 300 or slashed.status in (401, 415, 404)
    wrong = client.send("TRACE", f"{path}/", None)
    assert (wrong.status, wrong.json["statusCode"]) == (405, 405)
    assert wrong.headers["Allow"] == client.send("TRACE", path, None).headers["Allow"]
    asked = [client.send("OPTIONS", address, None) for address in (path, f"{path}/")]
    assert asked[0].status == asked[1].status
    assert asked[0].headers["Allow"] == asked[1].headers["Allow"]


def test_an_order_is_placed_and_read_with_a_slash(shop: Shop) -> None:
    placed = shop.client().post("/orders/guest/", cart())
    assert placed.status == 201, placed.text
    read = shop.admin_once().get(f"/orders/{placed.data['id']}/")
    assert read.data["orderNumber"] == placed.data["orderNumber"]
    assert shop.client().get(f"/orders/{placed.data['id']}/").status == 401


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/dashboard/", "/dashboard"), ("/dashboard/?q=awa&status=PENDING", "/dashboard?q=awa&status=PENDING"),
        ("/dashboard/team/", "/dashboard/team"), ("/login/", "/login"),
    ],
)  # fmt: skip
def test_a_page_has_one_address(shop: Shop, asked: str, led: str) -> None:
    admin = shop.admin_once()
    answer = admin.get(asked, Cookie=admin.cookie)
    assert (answer.status, answer.headers["Location"]) == (308, led)


@pytest.mark.parametrize("path", ["/nowhere/", "/orders/guest/x/", "/dashboard/nowhere/"])
def test_what_is_nowhere_stays_nowhere(shop: Shop, path: str) -> None:
    admin: Any = shop.admin_once()
    assert admin.get(path, Cookie=admin.cookie).status == 404
