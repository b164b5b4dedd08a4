"""A write that a cookie authenticates comes from our own page (docs/contract.md, "Cross-site writes")."""

import pytest

from tests.accounts.conftest import FRONT_END
from tests.accounts.people import customer
from tests.support.client import Answer, Client, cart
from tests.support.matrix import ON_POSTGRES
from tests.support.server import ADMIN, Shop

pytestmark = ON_POSTGRES
FORBIDDEN = {"message": "Forbidden resource", "error": "Forbidden", "statusCode": 403}
EVIL = "https://evil.example"

# What the browser says, and whether a write with the cookie passes.
HEADERS: list[tuple[dict[str, str], bool]] = [
    ({"Sec_Fetch_Site": "same-origin"}, True),
    ({"Sec_Fetch_Site": "none"}, True),
    ({"Sec_Fetch_Site": "same-origin", "Origin": EVIL}, True),
    ({"Origin": "OURS"}, True),
    ({}, False),
    ({"Sec_Fetch_Site": "cross-site"}, False),
    ({"Sec_Fetch_Site": "same-site"}, False),
    ({"Sec_Fetch_Site": ""}, False),
    ({"Sec_Fetch_Site": "cross-site", "Origin": "OURS"}, False),
    ({"Origin": EVIL}, False),
    ({"Origin": "null"}, False),
    ({"Origin": ""}, False),
    ({"Origin": "OURS.evil.example"}, False),
    ({"Origin": FRONT_END}, False),
    ({"Referer": "OURS/dashboard"}, False),
]


def said(shop: Shop, headers: dict[str, str]) -> dict[str, str]:
    return {name: value.replace("OURS", shop.client().url) for name, value in headers.items()}


def order_of(somebody: Client, **headers: str) -> Answer:
    return somebody.post("/orders", cart(), Cookie=somebody.cookie, **headers)


@pytest.mark.parametrize(("headers", "passes"), HEADERS, ids=lambda value: str(value)[:40])
def test_a_write_with_the_cookie_passes_only_from_our_own_page(
    proxied: Shop, headers: dict[str, str], passes: bool
) -> None:
    somebody = customer(proxied)
    answer = order_of(somebody, **said(proxied, headers))
    assert answer.status == (201 if passes else 403)
    if not passes and not headers.keys() & {"Origin", "Sec_Fetch_Site"}:
        assert "Origin" in answer.json["message"], "a program's author is told what is missing"
        assert answer.json | {"message": FORBIDDEN["message"]} == FORBIDDEN
    elif not passes:
        assert answer.json == FORBIDDEN
    assert somebody.get("/orders/my-orders").data["pagination"]["total"] == int(passes)


@pytest.mark.parametrize(("headers", "passes"), HEADERS, ids=lambda value: str(value)[:40])
def test_a_form_of_the_dashboard_passes_only_from_our_own_page(
    shop: Shop, headers: dict[str, str], passes: bool
) -> None:
    admin, order = shop.admin_once(), shop.client().place()
    kind = {"Content_Type": "application/x-www-form-urlencoded"}
    answer = admin.raw(
        "POST",
        f"/dashboard/orders/{order['id']}/status",
        b"status=CONFIRMED&version=1",
        Cookie=admin.cookie,
        **kind,
        **said(shop, headers),
    )
    assert answer.status == (303 if passes else 403)
    now = admin.get(f"/orders/{order['id']}").data["status"]
    assert now == ("CONFIRMED" if passes else "PENDING")


def test_a_listed_front_end_writes_with_the_cookie_through_the_api_but_not_through_pages(listed: Shop) -> None:
    from_there = {"Origin": FRONT_END, "Sec_Fetch_Site": "cross-site"}
    somebody = customer(listed)
    assert order_of(somebody, **from_there).status == 201
    assert order_of(somebody, Origin=FRONT_END).status == 201
    for origin in (EVIL, FRONT_END + ".evil.example", FRONT_END.replace("https", "http"), FRONT_END + "/", "null"):
        assert order_of(somebody, Origin=origin, Sec_Fetch_Site="cross-site").status == 403, origin
    admin, order = listed.admin_once(), listed.client().place()
    page = admin.form(
        f"/dashboard/orders/{order['id']}/status", {"status": "CONFIRMED"}, Cookie=admin.cookie, **from_there
    )
    assert page.status == 403
    assert admin.get(f"/orders/{order['id']}").data["status"] == "PENDING"


@pytest.mark.parametrize(
    "headers",
    [{"Origin": EVIL}, {"Sec_Fetch_Site": "cross-site", "Origin": EVIL}, {}],
    ids=lambda value: str(value)[:40],
)
def test_a_bearer_write_needs_nothing_more(proxied: Shop, headers: dict[str, str]) -> None:
    somebody = customer(proxied)
    assert somebody.post("/orders", cart(), **headers).status == 201
    # The browser may send an old cookie along: it is not what authenticates.
    bearer = {"Authorization": f"Bearer {somebody.token}", "Cookie": somebody.cookie}
    assert somebody.post("/orders", cart(), **bearer, **headers).status == 201
    assert somebody.post("/auth/logout", **bearer, **headers).status == 201


GOES_HERE = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
TAKES_IT_IN = {"Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "script"}
# What the browser says, and whether a read with the cookie passes.
READS: list[tuple[dict[str, str], bool]] = [
    ({}, True),  # an older browser, or a program
    ({"Origin": "OURS"}, True),
    ({"Referer": EVIL}, True),
    ({"Sec_Fetch_Site": "same-origin", **TAKES_IT_IN}, True),
    ({"Sec_Fetch_Site": "none", **GOES_HERE}, True),
    ({"Sec_Fetch_Site": "cross-site", **GOES_HERE}, True),
    ({"Sec_Fetch_Site": "same-site", **GOES_HERE}, True),
    ({"Sec_Fetch_Site": "cross-site", **GOES_HERE, "Sec_Fetch_Dest": "empty"}, True),  # by our service worker
    ({"Sec_Fetch_Site": "cross-site", **TAKES_IT_IN}, False),
    ({"Sec_Fetch_Site": "same-site", **TAKES_IT_IN}, False),
    ({"Sec_Fetch_Site": "cross-site"}, False),
    ({"Sec_Fetch_Site": ""}, False),
    ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"}, False),
    ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "object"}, False),
    ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "cors", "Sec_Fetch_Dest": "document"}, False),
    ({"Sec_Fetch_Site": "cross-site", "Origin": "OURS"}, False),
    ({"Origin": EVIL}, False),
    ({"Origin": "null"}, False),
    ({"Origin": FRONT_END}, False),
]


@pytest.mark.parametrize(("headers", "passes"), READS, ids=lambda value: str(value)[:60])
def test_a_read_with_the_cookie_is_not_taken_into_another_sites_page(
    shop: Shop, headers: dict[str, str], passes: bool
) -> None:
    admin = shop.admin_once()
    for path, method in (
        ("/orders/admin/all", "GET"),
        ("/auth/check", "HEAD"),
        ("/dashboard", "GET"),
        ("/dashboard/orders.csv", "GET"),
    ):
        answer = admin.send(method, path, None, Cookie=admin.cookie, **said(shop, headers))
        assert answer.status == (200 if passes else 403), path
        assert passes or "Content-Disposition" not in answer.headers
    measures = admin.get("/metrics", Cookie=admin.cookie, **said(shop, headers))
    assert measures.status == (200 if passes else 401)  # who it is open to is asked there, and it is nobody
    login = admin.get("/login", Cookie=admin.cookie, **said(shop, headers))
    assert (login.status != 403) == passes  # whether somebody is signed in is nobody else's business either


@pytest.mark.parametrize("headers", [{}, {"Sec_Fetch_Site": "cross-site", **TAKES_IT_IN}], ids=["none", "foreign"])
def test_what_no_cookie_opens_is_read_from_anywhere(shop: Shop, headers: dict[str, str]) -> None:
    admin = shop.admin_once()
    assert admin.get("/orders/admin/all", **headers).status == 200  # with the token
    for path in ("/livez", "/static/app.css", "/push/public-key", "/api-docs"):
        assert admin.get(path, Cookie=admin.cookie, **headers).status == 200
    assert shop.client().get("/login", **headers).status == 200


def test_a_listed_front_end_reads_with_the_cookie_through_the_api_but_not_through_pages(listed: Shop) -> None:
    from_there = {"Origin": FRONT_END, "Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "cors"}
    admin = listed.admin_once()
    assert admin.get("/orders/admin/all", Cookie=admin.cookie, **from_there).status == 200
    assert admin.get("/dashboard", Cookie=admin.cookie, **from_there).status == 403
    for origin in (EVIL, FRONT_END + ".evil.example", FRONT_END + "/", "null"):
        assert admin.get("/orders/admin/all", Cookie=admin.cookie, **from_there | {"Origin": origin}).status == 403


@pytest.mark.parametrize(
    "headers", [{"Origin": EVIL}, {"Sec_Fetch_Site": "cross-site"}], ids=lambda value: str(value)[:40]
)
def test_another_site_signs_nobody_in_or_out(shop: Shop, headers: dict[str, str]) -> None:
    fields = {"email": ADMIN[0], "password": ADMIN[1]}
    signed_in = shop.client().form("/login", fields, **headers)
    assert (signed_in.status, signed_in.headers["Set-Cookie"]) == (403, None)
    admin = shop.admin()
    for path in ("/logout", "/auth/logout"):
        assert admin.form(path, {}, Cookie=admin.cookie, **headers).status == 403
    assert admin.get("/auth/check").status == 200


@pytest.mark.parametrize("headers", [{"Origin": EVIL}, {"Sec_Fetch_Site": "cross-site"}], ids=str)
def test_another_site_signs_out_nobody_whose_cookie_stayed_at_home(shop: Shop, headers: dict[str, str]) -> None:
    """SameSite keeps the cookie from another site's form; the answer's Set-Cookie would delete it all the same."""
    answer = shop.client().form("/auth/logout", {}, **headers)
    assert (answer.status, answer.headers["Set-Cookie"], answer.headers["Clear-Site-Data"]) == (403, None, None)
    body = {"email": ADMIN[0], "password": ADMIN[1]}
    assert shop.client().post("/auth/login", body, **headers).status == 403


def test_two_cookies_of_one_name_are_none(shop: Shop) -> None:
    """A neighbouring subdomain may set a second, for a path that counts more: the admin would act as its customer."""
    admin, stranger = shop.admin_once(), customer(shop)
    for both in (
        f"{stranger.cookie}; {admin.cookie}",
        f"{admin.cookie}; {stranger.cookie}",
        f"auth_token=; {admin.cookie}",
    ):
        assert admin.get("/auth/check", Cookie=both).status == 401
        assert admin.get("/dashboard", Cookie=both).status == 303
        assert admin.dashboard(cookie=both, hello=False).wait_for_close() == 4401
    assert admin.get("/dashboard", Cookie=f"theme=dark; {admin.cookie}").status == 200


def test_another_sites_page_may_not_read_what_it_is_sent(listed: Shop) -> None:
    answer = listed.client().get("/livez", Origin=EVIL)
    assert answer.headers["Access-Control-Allow-Origin"] is None


@pytest.mark.parametrize("origin", [EVIL, "null", "http://127.0.0.1"])
def test_a_socket_from_another_sites_page_is_refused(shop: Shop, origin: str) -> None:
    import websocket

    admin = shop.admin_once()
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        admin.dashboard(origin=origin)
    assert refused.value.status_code == 403
