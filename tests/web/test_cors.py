"""Front ends on other origins, and the pages of strangers."""

from collections.abc import Iterator

import pytest

from tests.conftest import NewDatabase
from tests.support.client import Answer, cart
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE
from tests.support.server import ADMIN, Shop

pytestmark = ON_SQLITE
SHOP_FRONT, BACK_OFFICE = "https://boutique.example", "http://localhost:5173"
STRANGERS = (
    "https://evil.example",
    "https://boutique.example.evil.example",
    "https://sub.boutique.example",
    "http://boutique.example",
    "https://boutique.example:8443",
    "https://BOUTIQUE.example",
    "null",
    "",
)
# One of each kind of answer: done, refused, unknown, wrong method, wrong body.
CALLS = (
    ("GET", "/orders/test-auth", 401),
    ("GET", "/orders/admin/all", 401),
    ("POST", "/auth/login", 415),
    ("POST", "/orders/guest", 415),
    ("DELETE", "/orders/guest", 405),
    ("GET", "/nowhere", 404),
    ("GET", "/notifications", 401),
    ("GET", "/livez", 200),
)
PAGES = ("/login", "/dashboard", "/dashboard/orders/1", "/", "/static/app.css")


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase) -> Iterator[Inside]:
    with Inside(new_database(), CORS_ORIGINS=f"{SHOP_FRONT}, {BACK_OFFICE}") as shop:
        yield shop


@pytest.mark.parametrize("origin", [SHOP_FRONT, BACK_OFFICE])
@pytest.mark.parametrize(("method", "path", "status"), CALLS)
def test_a_listed_front_end_reads_every_answer(shop: Shop, origin: str, method: str, path: str, status: int) -> None:
    answer = shop.client().send(method, path, None, Origin=origin)
    assert answer.status == status
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.headers["Access-Control-Expose-Headers"] == "Idempotent-Replayed, Retry-After"
    assert "Origin" in answer.headers["Vary"]
    asked = preflight(shop, path, origin)
    assert (asked.status, asked.text) == (204, "")
    assert asked.headers["Access-Control-Allow-Origin"] == origin
    assert asked.headers["Access-Control-Allow-Credentials"] == "true"
    assert method in asked.headers["Access-Control-Allow-Methods"]
    assert asked.headers["Access-Control-Allow-Headers"] == "authorization, content-type, idempotency-key"


@pytest.mark.parametrize("origin", STRANGERS)
def test_a_stranger_is_granted_nothing(shop: Shop, origin: str) -> None:
    for method, path, status in CALLS:
        answer = shop.client().send(method, path, None, Origin=origin)
        assert answer.status == (403 if path.startswith("/auth/") else status)  # signing in and out by others' pages
        assert granted(answer) == []
        assert "Origin" in answer.headers["Vary"]
        assert granted(preflight(shop, path, origin)) == []


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_for_nobody_elses_scripts(shop: Shop, path: str) -> None:
    cookie = shop.admin_once().cookie
    for answer in (
        shop.client().get(path, Origin=SHOP_FRONT, Cookie=cookie),
        shop.client().get(path, Origin=SHOP_FRONT),
        preflight(shop, path, SHOP_FRONT),
    ):
        assert granted(answer) == []


def test_a_front_end_signs_in_and_writes_with_its_cookie(shop: Shop) -> None:
    sign_in = {"email": ADMIN[0], "password": ADMIN[1]}
    answer = shop.client().post("/auth/login", sign_in, Origin=SHOP_FRONT, Sec_Fetch_Site="cross-site")
    cookie = answer.headers["Set-Cookie"]
    assert "SameSite=None" in cookie
    assert "Secure" in cookie
    sent = {"Origin": SHOP_FRONT, "Sec_Fetch_Site": "cross-site", "Cookie": cookie.partition(";")[0]}
    placed = shop.client().post("/orders", cart(), **sent)
    assert placed.status == 201
    path = f"/orders/{placed.data['id']}/status"
    assert shop.client().patch(path, {"status": "CONFIRMED"}, **sent).status == 200
    stranger = shop.client().patch(path, {"status": "SHIPPED"}, **sent | {"Origin": STRANGERS[0]})
    assert (stranger.status, granted(stranger)) == (403, [])


def test_a_preflight_echoes_only_names_of_headers(shop: Shop) -> None:
    wanted = "x-requested-with, b@d, authorization, " + "x" * 65
    answer = preflight(shop, "/orders", SHOP_FRONT, wanted)
    assert answer.headers["Access-Control-Allow-Headers"] == "x-requested-with, authorization"


def test_a_shop_without_front_ends_elsewhere_grants_nothing(database: str) -> None:
    with Inside(database) as alone:
        answer = alone.client().get("/livez", Origin=SHOP_FRONT)
        assert granted(answer) == []
        assert granted(preflight(alone, "/orders", SHOP_FRONT)) == []


def preflight(
    shop: Shop, path: str, origin: str, headers: str = "authorization, content-type, idempotency-key"
) -> Answer:
    asked = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": headers}
    return shop.client().send("OPTIONS", path, None, Origin=origin, **asked)


def granted(answer: Answer) -> list[str]:
    return [name for name in answer.headers if name.lower().startswith("access-control-")]
