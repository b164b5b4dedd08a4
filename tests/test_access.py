"""Every route there is, who may call it, and what the others get. A route that is not in the list fails."""

import json
from typing import Any

import pytest
import websocket

from printalma.accounts.policy import Role
from tests.accounts.people import PASSWORD, again
from tests.support import database as db
from tests.support.client import Answer, Client, cart, connect
from tests.support.inside import Inside
from tests.support.matrix import ON_POSTGRES

EVERYBODY, SIGNED_IN, PRESS, ADMIN, OWNER, SOCKET = "everybody", "signed in", "press", "admin", "owner", "socket"
ROUTES = {
    "GET /": EVERYBODY,
    "GET /healthz": EVERYBODY,
    "GET /livez": EVERYBODY,
    "GET /metrics": ADMIN,  # or who knows METRICS_TOKEN
    "GET /static/<path:filename>": EVERYBODY,
    "GET /api-docs": EVERYBODY,
    "GET /api-docs/openapi.json": EVERYBODY,
    "GET /manifest.webmanifest": EVERYBODY,
    "GET /sw.js": EVERYBODY,
    "GET /favicon.ico": EVERYBODY,
    "GET /offline": EVERYBODY,
    "GET /login": EVERYBODY,
    "POST /login": EVERYBODY,
    "GET /auth/check": SIGNED_IN,
    "GET /auth/profile": SIGNED_IN,
    "PUT /auth/change-password": SIGNED_IN,
    "POST /auth/login": EVERYBODY,
    "POST /auth/register": EVERYBODY,
    "POST /orders": SIGNED_IN,
    "POST /orders/guest": EVERYBODY,
    "GET /orders/my-orders": SIGNED_IN,
    "GET /orders/test-auth": SIGNED_IN,
    "GET /orders/<int:order_id>": SIGNED_IN,
    "DELETE /orders/<int:order_id>/cancel": SIGNED_IN,
    "PATCH /orders/<int:order_id>/status": ADMIN,  # and a customer, to cancel (tests/orders_api/test_own_orders.py)
    "POST /orders/<int:order_id>/mark-as-paid": ADMIN,
    "PATCH /orders/<int:order_id>/payment-status": EVERYBODY,
    "GET /orders/number/<string:number>": EVERYBODY,
    "GET /orange-money/payment-status/<string:number>": EVERYBODY,
    # For who signs with the shop's keys; without keys there are none.
    "POST /paytech/ipn-callback": EVERYBODY,
    "POST /paydunya/webhook": EVERYBODY,
    "POST /paydunya/callback": EVERYBODY,
    "POST /orange-money/callback": EVERYBODY,
    "GET /orders/test-admin": ADMIN,
    "GET /orders/admin/all": ADMIN,
    "GET /orders/admin/statistics": ADMIN,
    "GET /orders/admin/frontend-statistics": ADMIN,
    "GET /orders/admin/websocket-stats": ADMIN,
    "GET /delivery/cities": EVERYBODY,
    "GET /delivery/regions": EVERYBODY,
    "GET /delivery/international-zones": EVERYBODY,
    "GET /delivery/transporteurs": EVERYBODY,
    "GET /delivery/zone-tarifs": EVERYBODY,
    "GET /payment-methods": EVERYBODY,
    "GET /payment-config/cash-on-delivery": EVERYBODY,
    "GET /notifications": SIGNED_IN,
    "GET /notifications/unread-count": SIGNED_IN,
    "POST /notifications/mark-all-read": SIGNED_IN,
    "DELETE /notifications/<int:event_id>": SIGNED_IN,
    "POST /notifications/<int:event_id>/mark-read": SIGNED_IN,
    "GET /pictures/<string:name>": PRESS,
    "GET /pictures/<string:name>/<string:copy>": PRESS,
    "GET /pictures/signed": EVERYBODY,  # who holds an address of a notification; without one there are none
    "GET /push/public-key": EVERYBODY,
    "POST /push/subscriptions": SIGNED_IN,
    "DELETE /push/subscriptions": SIGNED_IN,
    "GET /dashboard": ADMIN,
    "GET /dashboard/missed": PRESS,
    "GET /dashboard/numbers": ADMIN,
    "POST /dashboard/theme": PRESS,
    "GET /dashboard/orders/new": ADMIN,
    "GET /dashboard/orders/new/customer": ADMIN,
    "POST /dashboard/orders/new": ADMIN,
    "GET /dashboard/refused/<int:refused_id>/order": ADMIN,
    "POST /dashboard/refused/<int:refused_id>/order": ADMIN,
    "GET /dashboard/orders/<int:order_id>": ADMIN,
    "GET /dashboard/orders/<int:order_id>/edit": ADMIN,
    "POST /dashboard/orders/<int:order_id>/edit": ADMIN,
    "POST /dashboard/orders/<int:order_id>/notes": ADMIN,
    "GET /dashboard/orders.csv": ADMIN,
    "GET /dashboard/print": PRESS,
    "POST /dashboard/print": PRESS,
    "POST /dashboard/print/undo": PRESS,
    "GET /dashboard/settings/logo/<string:name>": PRESS,
    "POST /dashboard/settings/logo": ADMIN,
    "POST /dashboard/settings/logo/remove": ADMIN,
    "GET /dashboard/atelier": PRESS,
    "POST /dashboard/atelier/pieces": PRESS,
    "POST /dashboard/atelier/orders": PRESS,
    "GET /dashboard/files.zip": PRESS,
    "GET /dashboard/orders/<int:order_id>/files/<int:item_id>/<int:n>.svg": PRESS,
    "GET /dashboard/orders/<int:order_id>/files/<int:item_id>/<int:n>/<string:name>": PRESS,
    "POST /dashboard/orders/<int:order_id>/status": ADMIN,
    "POST /dashboard/orders/<int:order_id>/take-back": ADMIN,
    "POST /dashboard/orders/<int:order_id>/marks/<int:mark_id>/<act>": ADMIN,
    "POST /dashboard/orders/<int:order_id>/pay": ADMIN,
    "POST /dashboard/orders/<int:order_id>/give-back": ADMIN,
    "POST /dashboard/orders/pay": ADMIN,
    "GET /dashboard/to-collect": ADMIN,
    "GET /dashboard/to-collect.csv": ADMIN,
    "POST /dashboard/orders/move": ADMIN,
    "POST /dashboard/orders/hold": ADMIN,
    "POST /dashboard/orders/take-back": ADMIN,
    "POST /dashboard/orders/try": ADMIN,
    "GET /dashboard/bulk": ADMIN,
    "GET /dashboard/bulk/<act>": ADMIN,
    "POST /dashboard/bulk": ADMIN,
    "GET /dashboard/views": ADMIN,
    "POST /dashboard/views": ADMIN,
    "POST /dashboard/views/<int:view_id>": ADMIN,
    "POST /dashboard/views/<int:view_id>/filter": ADMIN,
    "POST /dashboard/views/<int:view_id>/remove": ADMIN,
    "GET /dashboard/views/tabs": ADMIN,
    "GET /dashboard/refused": ADMIN,
    "GET /dashboard/refused/<int:refused_id>": ADMIN,
    "POST /dashboard/refused/<int:refused_id>/seen": ADMIN,
    "POST /dashboard/refused/seen": ADMIN,
    "GET /dashboard/notifications": ADMIN,
    "GET /dashboard/notifications/count": ADMIN,
    "POST /dashboard/notifications/read": ADMIN,
    "GET /dashboard/devices": ADMIN,
    "POST /dashboard/devices/preferences": ADMIN,
    "POST /dashboard/devices/<int:device_id>/test": ADMIN,
    "POST /dashboard/devices/<int:device_id>/remove": ADMIN,
    "POST /dashboard/seen": ADMIN,
    "GET /dashboard/products": ADMIN,
    "GET /dashboard/products/new": ADMIN,
    "POST /dashboard/products/new": ADMIN,
    "GET /dashboard/products/<int:product_id>": ADMIN,
    "POST /dashboard/products/<int:product_id>": ADMIN,
    "POST /dashboard/products/<int:product_id>/stock": ADMIN,
    "GET /dashboard/products/<int:product_id>/picture/<string:name>/<string:copy>": PRESS,
    "POST /dashboard/products/<int:product_id>/picture": ADMIN,
    "POST /dashboard/products/<int:product_id>/picture/remove": ADMIN,
    "GET /dashboard/delivery": ADMIN,
    "GET /dashboard/delivery.csv": ADMIN,
    "GET /dashboard/delivery/<kind>/new": ADMIN,
    "POST /dashboard/delivery/<kind>/new": ADMIN,
    "GET /dashboard/delivery/<kind>/<setting_id>": ADMIN,
    "POST /dashboard/delivery/<kind>/<setting_id>": ADMIN,
    "POST /dashboard/delivery/<kind>/<setting_id>/active": ADMIN,
    "POST /dashboard/delivery/sample": ADMIN,
    "POST /dashboard/delivery/file": ADMIN,
    "GET /dashboard/payment-methods": ADMIN,
    "POST /dashboard/payment-methods": ADMIN,
    "GET /dashboard/team": ADMIN,
    "POST /dashboard/team/invitations": ADMIN,
    "POST /dashboard/team/invitations/<int:invitation_id>/revoke": ADMIN,
    "POST /dashboard/team/<int:user_id>/role": ADMIN,
    "POST /dashboard/team/<int:user_id>/active": ADMIN,
    "POST /dashboard/team/twins": ADMIN,
    "GET /dashboard/profile": ADMIN,
    "POST /dashboard/profile/name": ADMIN,
    "POST /dashboard/profile/password": ADMIN,
    "POST /dashboard/profile/tokens": ADMIN,
    "POST /dashboard/profile/tokens/end": ADMIN,
    "POST /dashboard/team/<int:user_id>/password-link": ADMIN,
    "GET /login/forgotten": EVERYBODY,
    "POST /login/forgotten": EVERYBODY,
    "GET /password": EVERYBODY,
    "POST /password": EVERYBODY,
    "GET /invitation": EVERYBODY,
    "POST /invitation": EVERYBODY,
    "GET /dashboard/settings": ADMIN,
    "POST /dashboard/settings": ADMIN,
    "GET /dashboard/backup": OWNER,
    "POST /dashboard/backup": OWNER,
    "GET /dashboard/live": SOCKET,
    "GET /orders/live": SOCKET,
    # The last ones: they end the sign-in with which they are called.
    "POST /logout": EVERYBODY,
    "POST /auth/logout": EVERYBODY,
}
BODIES: dict[str, Any] = {
    "POST /orders": cart(),
    "POST /orders/guest": cart(),
    "PATCH /orders/<int:order_id>/status": {"status": "PENDING"},
}
PAGES = ("/dashboard", "/login", "/logout", "/invitation")
ROLES = ("guest", *Role)
ASKED = ("HEAD", "OPTIONS")  # of every route
WITHOUT_A_TAILER = "GET /healthz"  # it is 503 in the tests' process; of each server, everybody who waits for it asks


@ON_POSTGRES
def test_every_route_is_listed_with_who_may_call_it(shop: Inside) -> None:
    rules = shop.app.url_map.iter_rules()
    found = [f"{method} {rule.rule}" for rule in rules for method in (rule.methods or ()) if method not in ASKED]
    assert len(found) == len(set(found)), "two routes answer to one address"
    assert set(found) == set(ROUTES)


@pytest.fixture(scope="module")
def people(shop: Inside) -> dict[str, Client]:
    """One of each role; the customer has an order."""
    found: dict[str, Client] = {"guest": shop.client()}
    for role in ROLES[1:]:
        client = found[role] = shop.client().register(f"a-{role.lower()}@example.org", PASSWORD)
        db.execute(shop.database_url, "UPDATE users SET role = :r WHERE id = :id", r=role, id=client.user["id"])
    assert found["CLIENT"].post("/orders", cart()).status == 201
    return found


@ON_POSTGRES
@pytest.mark.parametrize("role", ROLES)
def test_every_route_lets_in_whom_it_should_and_nobody_else(shop: Inside, people: dict[str, Client], role: str) -> None:
    wrong = {}
    for route, who in ROUTES.items():
        if route == WITHOUT_A_TAILER:
            continue
        answer = call(shop, people[role], route)
        expected = outcome(route, who, role)
        if not is_as_expected(answer, expected):
            wrong[route] = (expected, answer.status, answer.text[:200])
    assert wrong == {}


def outcome(route: str, who: str, role: str) -> str:
    if who == EVERYBODY or (who == SIGNED_IN and role != "guest") or (who == ADMIN and role.endswith("ADMIN")):
        return "in"
    if who == PRESS and role in ("ATELIER", "ADMIN", "SUPERADMIN"):
        return "in"
    if who == OWNER and role == "SUPERADMIN":
        return "in"
    if who == SOCKET:
        return "no handshake"
    out = "unauthorized" if role == "guest" else "forbidden"
    return f"{out} page" if route.split()[1].startswith(PAGES) else out


def call(shop: Inside, client: Client, route: str) -> Answer:
    method, rule = route.split()
    path = rule.replace("<path:filename>", "app.css").replace("<string:name>", "a" * 64)
    path = path.replace("<string:number>", "CMD20240101001")
    path = path.replace("<kind>", "city").replace("<setting_id>", "1").replace("<act>", "accept")
    path = path.replace("<string:copy>", "thumbnail").replace("<int:n>", "1")
    for name in ("order", "product", "event", "user", "invitation", "device", "refused", "mark", "item", "view"):
        path = path.replace(f"<int:{name}_id>", "1")
    if path.startswith(PAGES):
        cookie = {"Cookie": client.cookie} if client.token else {}
        return client.form(path, {}, **cookie) if method == "POST" else client.get(path, **cookie)
    return client.send(method, path, BODIES.get(route, None if method == "GET" else {}))


def is_as_expected(answer: Answer, expected: str) -> bool:
    match expected:
        case "in":
            return answer.status not in (401, 403, 405) and answer.status < 500
        case "no handshake":
            return answer.status == 400
        case "unauthorized":
            return answer.status == 401 and answer.json == {"message": "Unauthorized", "statusCode": 401}
        case "unauthorized page":
            return answer.status == 303 and (answer.headers["Location"] or "").startswith("/login")
        case "forbidden":
            said = {"message": "Forbidden resource", "error": "Forbidden", "statusCode": 403}
            return answer.status == 403 and answer.json == said
        case _:
            return answer.status == 403 and "Accès refusé" in answer.text


@ON_POSTGRES
@pytest.mark.parametrize("role", ROLES)
def test_every_socket_lets_in_whom_it_should(shop: Inside, people: dict[str, Client], role: str) -> None:
    token = again(shop, people[role]).token if role != "guest" else None
    dashboard = socket_of(shop, "/dashboard/live", token)
    dashboard.send(json.dumps({"t": "hello", "since": None, "view": "/dashboard"}))
    opcode, payload = dashboard.recv_data()
    may = role in ("ATELIER", "ADMIN", "SUPERADMIN")
    assert opcode == (websocket.ABNF.OPCODE_TEXT if may else websocket.ABNF.OPCODE_CLOSE)
    assert may or int.from_bytes(payload[:2], "big") == 4401
    stream = socket_of(shop, "/orders/live", token)
    if role == "guest":
        stream.send(json.dumps({"event": "auth", "data": {"token": "forged"}}))
        opcode, payload = stream.recv_data()
        assert (opcode, int.from_bytes(payload[:2], "big")) == (websocket.ABNF.OPCODE_CLOSE, 4401)
    else:
        stream.send(json.dumps({"event": "resume", "data": {"since": 0}}))
        assert json.loads(stream.recv())["id"] >= 0


def socket_of(shop: Inside, path: str, token: str | None) -> websocket.WebSocket:
    cookie = {"cookie": f"auth_token={token}"} if token else {}
    return connect(shop.url + path, origin=shop.url, **cookie)


@ON_POSTGRES
@pytest.mark.parametrize("route", [route for route, who in ROUTES.items() if who in (ADMIN, OWNER)])
def test_no_other_method_opens_what_is_closed(shop: Inside, route: str) -> None:
    _, rule = route.split()
    path = rule.replace("<int:order_id>", "1").replace("<int:product_id>", "1").replace("<int:device_id>", "1")
    for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        answer = shop.client().raw(method, path, b"{}" if method not in ("GET", "HEAD") else None)
        assert answer.status in (204, 303, 401, 403, 404, 405) or answer.text == "", (method, path, answer.status)


@ON_POSTGRES
def test_an_address_nobody_serves_is_404_and_a_method_nobody_takes_is_405(shop: Inside) -> None:
    for path in (
        "/nowhere",
        "/auth",
        "/orders/1/cancel/again",
        "/static/nowhere.css",
        "/static/../wsgi.py",
        "/static/package.json",
        "/static/package-lock.json",
        "/static/.npmrc",
        "/static/vendor/.ready",
        "/static/sw.js",
    ):
        answer = shop.client().get(path)
        assert (answer.status, answer.json["statusCode"], answer.json["success"]) == (404, 404, False), path
    answer = shop.client().put("/orders/guest", {})
    assert (answer.status, answer.json["error"]) == (405, "Method Not Allowed")
    assert set((answer.headers["Allow"] or "").split(", ")) == {"OPTIONS", "POST"}
    page = shop.client().get("/dashboard/nowhere")
    assert (page.status, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
