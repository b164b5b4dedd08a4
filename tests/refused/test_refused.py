"""Orders that are refused: the shop sees them for a week, with who wanted to buy, what, and why it was refused."""

import html
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from limits import RateLimitItemPerHour, RateLimitItemPerMinute

from printalma.accounts.policy import DASHBOARD, RIGHTS, Rights, Role
from printalma.db import reading
from printalma.events import log
from printalma.events.renderings import push_notices
from printalma.push.queries import Preferences
from printalma.refused import models, sent, watch
from tests.conftest import NewDatabase
from tests.support import database as db
from tests.support.client import Answer, Client, address, cart
from tests.support.inside import Inside, flask
from tests.support.matrix import ONLY_POSTGRES
from tests.support.server import eventually

XSS = "<script>alert(1)</script>"
LINES = [{"productId": 999_999, "quantity": 2, "size": XSS, "color": "Blanc", "unitPrice": 10500}]
FORGED = {"path": "/orders", "Authorization": "Bearer a.b.c"}  # nobody looks at the order behind it
ODD: list[Any] = [None, 1, "x", [], {}, [[[]]]]
MORE_ODD = [pytest.param(odd, marks=pytest.mark.matrix) for odd in ODD]
PICTURE = "data:image/png;base64," + "iVBORw0KGgo" * 50


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    folder, settings = tmp_path_factory.mktemp("refused"), {"CORS_ORIGINS": "", "TRUSTED_PROXIES": "1"}
    with Inside(new_database(), folder, **settings) as shop:
        yield shop


@pytest.fixture(autouse=True)
def _as_if_nobody_else_was_refused(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """All shops of this process count together."""
    monkeypatch.setattr(watch, "OF_ALL", RateLimitItemPerHour(100_000))
    monkeypatch.setattr(watch, "COUNTED", RateLimitItemPerMinute(100_000))
    monkeypatch.setattr(watch, "_uncounted", type(watch._uncounted)())
    for table in ("refused_orders", "refused_days"):
        db.execute(shop.database_url, f"DELETE FROM {table}")


def send(shop: Inside, body: Any, path: str = "/orders/guest", **headers: str) -> Answer:
    """An order of a sender whom nobody knows, unless they are named."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"Content_Type": "application/json", "X_Forwarded_For": address()}
    return shop.client().raw("POST", path, raw, **(named | headers))


def kept(shop: Inside) -> list[Any]:
    return list(db.select(shop.database_url, "SELECT * FROM refused_orders ORDER BY at, id"))


def page(shop: Inside, path: str) -> str:
    admin = shop.admin_once()
    answer = admin.get(path, Cookie=admin.cookie)
    assert answer.status == 200, answer.text[:300]
    return answer.text


def line(shop: Inside) -> str:
    """What stands above the list of orders; not what a phone shows in its place, which nobody reads out."""
    found = re.search(r'<p id="refused".*?</p>', page(shop, "/dashboard"), re.DOTALL)
    assert found
    whole = re.sub(r'<span class="brief" aria-hidden="true">.*?</span>', "", found[0])
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", whole).split()))


def act(shop: Inside, path: str, upto: int = 2**41) -> Answer:
    admin = shop.admin_once()
    return admin.form(path, {"upto": str(upto)}, Cookie=admin.cookie)


def told(shop: Inside) -> int:
    found = db.select(shop.database_url, "SELECT count(*) FROM events WHERE type = 'OrderRefusedAgain'")
    return int(found[0][0])


CUT = json.dumps(cart(notes="x" * 1_100_000)).encode()
REFUSED: dict[str, tuple[Any, dict[str, str], int]] = {
    "what is missing": (cart(orderItems=[]), {}, 400),
    "no JSON": (json.dumps(cart()).encode()[:-1], {}, 400),
    "too much": (cart(orderItems=[{"productId": 2, "quantity": 999}]), {}, 409),
    "too long": (CUT, {}, 413),
    "no media type": (cart(), {"Content_Type": "text/plain"}, 415),
    "forged token": (cart(), FORGED, 401),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_refused_is_kept_with_its_reason_and_shown(shop: Inside, why: str) -> None:
    body, headers, status = REFUSED[why]
    answer = send(shop, body, **headers)
    assert answer.status == status, answer.text
    [row] = kept(shop)
    assert (row.status, row.times, row.user_id) == (status, 1, None)
    text = page(shop, f"/dashboard/refused/{row.id}")
    assert "+221 77 123 45 67" in text
    for error in answer.json.get("errors", []):
        assert error["message"] in text
    assert line(shop) == "1 commande refusée aujourd'hui"
    assert f'href="/dashboard/refused/{row.id}"' in page(shop, "/dashboard/refused")


def test_what_was_sent_is_read_and_never_run(shop: Inside) -> None:
    body = cart(orderItems=LINES, notes=XSS, totalAmount=21000, deliveryInfo={"deliveryFee": 1500})
    body["shippingDetails"] = body["shippingDetails"] | {"firstName": XSS}
    send(shop, body, **FORGED)
    [row] = kept(shop)
    text = page(shop, f"/dashboard/refused/{row.id}")
    for shown in ("Diop", "12 rue Félix Faure", "Dakar", "10500", "21000", "1500", "Article 999999", "Blanc"):
        assert shown in text
    assert 'href="tel:+221771234567"' in text
    for each in (text, page(shop, "/dashboard/refused")):
        assert XSS not in each
        assert "&lt;script&gt;" in each


@pytest.mark.parametrize("odd", [[None, 1, "x", {"productId": {}}], *MORE_ODD])
@pytest.mark.parametrize("field", ["orderItems", "shippingDetails", "phoneNumber", "email", "deliveryInfo"])
def test_whatever_was_sent_can_be_shown(shop: Inside, field: str, odd: Any) -> None:
    body = cart(orderItems=LINES) | {field: odd, "shippingAddress": "\ud800\0" + "x" * 600}
    assert send(shop, body, **FORGED).status == 401
    [row] = kept(shop)
    assert page(shop, f"/dashboard/refused/{row.id}")
    assert page(shop, "/dashboard/refused")


def test_no_picture_and_no_address_is_kept_and_the_log_names_nobody(shop: Inside) -> None:
    sender = address()
    line = {"productId": 999_999, "quantity": 1, "designElementsByView": {"1-2": [{"imageUrl": PICTURE}]}}
    send(shop, cart(orderItems=[line]), X_Forwarded_For=sender, **FORGED)
    send(shop, json.dumps(cart(orderItems=[line])).encode()[:-5], X_Forwarded_For=sender)
    rows = kept(shop)
    assert len(rows) == 2
    for row in rows:
        assert "iVBORw0KGgo" not in row.body
        assert sender not in str(row)
        assert "designElementsByView" in row.body
    for word in ("Diop", "Faure", "77 123", sender):
        assert word not in shop.log
        assert word not in str(db.select(shop.database_url, "SELECT data FROM events WHERE type LIKE '%Refused%'"))


def test_a_large_body_is_kept_without_its_pictures(shop: Inside) -> None:
    assert send(shop, {"picture": "data:image/png;base64," + "A" * 2_000_000} | cart(orderItems=[])).status == 400
    [row] = kept(shop)
    assert "Awa Diop" in page(shop, f"/dashboard/refused/{row.id}")
    assert len(row.body) < 1000


def test_what_is_long_is_kept_without_its_artwork_and_can_be_read_again(shop: Inside) -> None:
    views = {f"1-{n}": [{"text": "x" * 1000}] for n in range(300)}
    line = LINES[0] | {"designElementsByView": views}
    send(shop, cart(orderItems=[line]), **FORGED)
    [row] = kept(shop)
    assert len(row.body) < models.MAX_BODY
    assert json.loads(row.body)["orderItems"] == LINES
    deep = b'{"orderItems":' + b"[" * 900 + b"]" * 900 + b"}"
    assert send(shop, deep, **FORGED).status == 401
    assert len(kept(shop)) == 2


def test_of_many_lines_the_first_are_kept() -> None:
    body = {"phoneNumber": "77 123 45 67", "orderItems": [{"productId": n} for n in range(33_000)]}
    found = sent.read(sent.kept(json.dumps(body)))
    assert [line.product for line in found.lines] == [str(n) for n in range(300)]
    assert found.phone == "77 123 45 67"


def test_what_is_no_order_is_counted(shop: Inside) -> None:
    for body in (b"", b"{}", b"[1]", b"\xff\0", b'{"a": "orderItems"}'):
        assert send(shop, body).status == 400
    send(shop, cart(orderItems=[]))
    assert len(kept(shop)) == 1
    counted = db.select(shop.database_url, "SELECT orders, others FROM refused_days")
    assert [tuple(row) for row in counted] == [(1, 5)]
    assert "5 demandes qui n&#39;en étaient pas" in page(shop, "/dashboard/refused")


def test_what_is_taken_is_not_kept(shop: Inside) -> None:
    key = {"Idempotency_Key": address()}
    assert [send(shop, cart(), **key).status for _ in range(2)] == [201, 200]
    assert kept(shop) == []
    assert send(shop, cart(notes="Autre"), **key).status == 422
    assert [row.status for row in kept(shop)] == [422]


def test_the_same_customer_is_told_of_once(shop: Inside) -> None:
    admin, before, sender = shop.admin_once(), told(shop), address()
    bell = admin.get("/notifications").json["unreadCount"]

    def rings() -> Any:
        return admin.get("/dashboard/notifications/count", Cookie=admin.cookie).json["unread"]

    rung = rings()
    send(shop, cart(phoneNumber="70 111 22 33", orderItems=[]), X_Forwarded_For=sender)
    assert told(shop) == before
    for _ in range(3):
        send(shop, cart(phoneNumber="70 111 22 33", orderItems=[], notes="Bis"), X_Forwarded_For=sender)
        assert told(shop) == before + 1
    assert rings() == rung + 1
    assert "Un client n&#39;arrive pas à commander" in page(shop, "/dashboard/notifications")
    assert admin.get("/notifications").json["unreadCount"] == bell  # front ends know orders alone
    assert [row.times for row in kept(shop)] == [1, 3]
    for path in ("/dashboard/refused", f"/dashboard/refused/{kept(shop)[1].id}"):
        assert "Envoyée 3 fois" in page(shop, path)


def test_the_same_customer_is_known_by_phone_number(shop: Inside) -> None:
    before = told(shop)
    send(shop, cart(phoneNumber="70 111 22 44", orderItems=[]))
    send(shop, cart(phoneNumber="70 111 22 55", orderItems=[]))
    assert told(shop) == before
    send(shop, cart(phoneNumber="+221701112244", orderItems=[]))
    assert told(shop) == before + 1


def test_the_same_customer_is_known_by_account(shop: Inside) -> None:
    before, somebody = told(shop), shop.client().register("refused.twice@example.org")
    for phone in ("70 111 22 66", "70 111 22 77"):
        body = cart(phoneNumber=phone, orderItems=[])
        assert somebody.post("/orders", body, X_Forwarded_For=address()).status == 400
    assert told(shop) == before + 1
    assert {row.user_id for row in kept(shop)} == {somebody.user["id"]}
    assert "client connecté" in page(shop, f"/dashboard/refused/{kept(shop)[0].id}")


def test_a_quarter_of_an_hour_later_it_is_another_try(shop: Inside) -> None:
    before, sender = told(shop), address()
    send(shop, cart(orderItems=[]), X_Forwarded_For=sender)
    db.execute(shop.database_url, "UPDATE refused_orders SET at = at - :ago", ago=11 * 60_000)
    send(shop, cart(orderItems=[], notes="Bis"), X_Forwarded_For=sender)
    assert told(shop) == before


def test_phones_hear_of_it_as_of_a_new_order(shop: Inside) -> None:
    sender = address()
    for notes in ("un", "deux"):
        send(shop, cart(orderItems=[], notes=notes), X_Forwarded_For=sender)
    with shop.app.app_context(), reading() as connection:
        last = log.last_id(connection)
        [record] = log.since(connection, last - 1, 1)
        [notice] = push_notices(record)
    assert (notice.to, notice.url) == ("admins", f"/dashboard/refused/{kept(shop)[-1].id}")
    assert "Diop" not in str(notice.notification)
    assert [Preferences(new=wanted).wants(notice.kind) for wanted in (True, False)] == [True, False]


def test_open_pages_follow(shop: Inside) -> None:
    admin, sender = shop.admin_once(), address()
    since = admin.last_event()

    def missed(view: str) -> str:
        return admin.get(f"/dashboard/missed?since={since}&view={view}", Cookie=admin.cookie).text

    send(shop, cart(orderItems=[]), X_Forwarded_For=sender)
    assert "1 commande refusée aujourd&#39;hui" in missed("/dashboard")
    assert "Awa Diop" in missed("/dashboard/refused")
    assert "data-kind" not in missed("/dashboard/numbers")
    send(shop, cart(orderItems=[], notes="Bis"), X_Forwarded_For=sender)
    assert 'data-kind="refused"' in missed("/dashboard/numbers")
    assert act(shop, "/dashboard/refused/seen").status == 303
    assert '<p id="refused" hidden>' in missed("/dashboard")
    assert '<p id="refused" hidden>' in admin.get("/dashboard/missed?since=1&view=/dashboard", Cookie=admin.cookie).text


def test_what_was_seen_waits_no_more_until_it_is_refused_again(shop: Inside) -> None:
    senders = [address() for _ in range(3)]
    for sender in senders:
        send(shop, cart(orderItems=[]), X_Forwarded_For=sender)
    assert line(shop) == "3 commandes refusées aujourd'hui"
    first, second, third = kept(shop)
    assert act(shop, f"/dashboard/refused/{first.id}/seen").headers["Location"] == "/dashboard/refused"
    assert line(shop) == "2 commandes refusées aujourd'hui"
    db.execute(shop.database_url, "UPDATE refused_orders SET at = at + 1000 WHERE id = :id", id=third.id)
    act(shop, "/dashboard/refused/seen", upto=second.at)  # the page was drawn before the third came
    assert line(shop) == "1 commande refusée aujourd'hui"
    act(shop, "/dashboard/refused/seen")
    assert line(shop) == ""
    send(shop, cart(orderItems=[]), X_Forwarded_For=senders[0])
    assert line(shop) == "1 commande refusée aujourd'hui"
    db.execute(shop.database_url, "UPDATE refused_orders SET at = at - :day", day=86_400_000)
    assert line(shop) == "1 commande refusée à voir"


def test_a_flood_is_counted_and_writes_no_more_than_it_may(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = address()
    for n in range(30):
        send(shop, cart(orderItems=[], notes=str(n)), X_Forwarded_For=sender)
    assert len(kept(shop)) == watch.OF_A_SENDER.amount
    monkeypatch.setattr(watch, "COUNTED", RateLimitItemPerMinute(1))
    for n in range(10):
        send(shop, cart(orderItems=[], notes=f"{n} bis"), X_Forwarded_For=sender)
    [before] = db.select(shop.database_url, "SELECT orders FROM refused_days")
    assert before.orders <= 31
    send(shop, cart(orderItems=[]))  # what waited in memory is written with the next one
    [after] = db.select(shop.database_url, "SELECT orders FROM refused_days")
    assert after.orders == 41


def test_of_a_rate_few_are_kept(shop: Inside) -> None:
    sender = address()
    with Inside(shop.database_url, None, GUEST_ORDERS_PER_MINUTE="1", TRUSTED_PROXIES="1") as slow:
        statuses = [send(slow, cart(notes=str(n)), X_Forwarded_For=sender).status for n in range(8)]
    assert statuses == [201] + [429] * 7
    assert len(kept(shop)) == watch.RATED.amount
    [day] = db.select(shop.database_url, "SELECT * FROM refused_days")
    assert (day.status, day.orders) == (429, 7)


def test_when_there_are_too_many_those_seen_go_first(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        send(shop, cart(orderItems=[]))
    first, second, third = (row.id for row in kept(shop))
    act(shop, f"/dashboard/refused/{second}/seen")
    values = dict(kept(shop)[0]._mapping) | {"sender": "flood", "seen_at": None, "at": 0}
    many = [values | {"id": 1000 + n, "digest": str(n)} for n in range(models.MAX_KEPT - 2)]
    db.insert(shop.database_url, "refused_orders", [row | {"reasons": json.dumps([])} for row in many])
    send(shop, cart(orderItems=[]))
    left = {row.id for row in kept(shop)}
    assert len(left) == models.MAX_KEPT
    assert second not in left
    assert {first, third} < left


def test_pages_hold_twenty(shop: Inside) -> None:
    for _ in range(21):
        send(shop, cart(orderItems=[]))
    newest, older = page(shop, "/dashboard/refused"), page(shop, "/dashboard/refused?page=2")
    assert [len(re.findall(r'href="/dashboard/refused/\d+"', text)) for text in (newest, older)] == [20, 1]
    assert 'rel="next" href="/dashboard/refused?page=2"' in newest
    for odd in ("x", "-1", "9" * 30):
        assert page(shop, f"/dashboard/refused?page={odd}")


def test_a_week_later_they_are_gone(shop: Inside) -> None:
    send(shop, cart(orderItems=[]))
    send(shop, cart(orderItems=[], notes="hier"))
    old = kept(shop)[0].id
    week = round(models.KEPT_FOR.total_seconds() * 1000)
    db.execute(shop.database_url, "UPDATE refused_orders SET at = at - :week - 1000 WHERE id = :id", week=week, id=old)
    db.execute(shop.database_url, "UPDATE refused_days SET day = '2020-01-01'")
    flask(shop.database_url, "daily")
    assert [row.id for row in kept(shop)] == [old + 1]
    assert db.select(shop.database_url, "SELECT * FROM refused_days") == []
    admin = shop.admin_once()
    gone = admin.get(f"/dashboard/refused/{old}", Cookie=admin.cookie)
    assert (gone.status, "n&#39;est plus gardée" in gone.text) == (404, True)


@ONLY_POSTGRES
def test_what_is_refused_again_while_old_ones_go_stays(shop: Inside) -> None:
    send(shop, cart(orderItems=[]))
    week = round(models.KEPT_FOR.total_seconds() * 1000)
    db.execute(shop.database_url, "UPDATE refused_orders SET at = at - :week - 1000", week=week)
    with ThreadPoolExecutor(1) as hands:
        with db.engine_of(shop.database_url).begin() as other:
            other.execute(sa.text("UPDATE refused_orders SET at = at + :week, times = 2"), {"week": week})
            swept = hands.submit(flask, shop.database_url, "daily")
            eventually(lambda: db.blocked(shop.database_url) == 1)
        swept.result()
    assert [row.times for row in kept(shop)] == [2]


def test_who_does_not_see_what_waits_sees_none_of_it(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop: Client = shop.client().register("atelier.refus@example.org")
    db.execute(shop.database_url, "UPDATE users SET role = 'VENDEUR' WHERE id = :id", id=workshop.user["id"])
    monkeypatch.setitem(RIGHTS, Role.VENDEUR, Rights(frozenset((DASHBOARD,)), {"status": ("PROCESSING",)}))
    sender, since = address(), shop.admin_once().last_event()
    for notes in ("un", "deux"):
        send(shop, cart(orderItems=[], notes=notes), X_Forwarded_For=sender)
    paths = ("/dashboard/refused", f"/dashboard/refused/{kept(shop)[0].id}")
    assert [workshop.get(path, Cookie=workshop.cookie).status for path in paths] == [404, 404]
    assert workshop.form("/dashboard/refused/seen", {"upto": "9"}, Cookie=workshop.cookie).status == 404
    for path in (
        "/dashboard",
        "/dashboard/notifications",
        f"/dashboard/missed?since={since}&view=/dashboard",
        f"/dashboard/missed?since={since}&view=/dashboard/refused",
    ):
        text = workshop.get(path, Cookie=workshop.cookie).text
        assert "refusée aujourd" not in text
        assert "arrive pas à commander" not in text.partition('id="notice"')[0]
        assert 'data-kind="refused"' not in text
