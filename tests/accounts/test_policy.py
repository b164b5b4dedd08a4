"""Who may see which order is said in one place: a role that sees what is in preparation only, made by one line there,
sees nothing else on any list, page, paper or file, in no bell, on no phone and through no socket."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from printalma.accounts import policy
from printalma.accounts.policy import DASHBOARD, RIGHTS, Rights, Role
from printalma.db import reading
from printalma.events import log
from printalma.live.channels import Room, Stream
from printalma.push.channel import PUSH
from tests.conftest import NewDatabase
from tests.pictures import kept
from tests.pictures.kept import pictures_changed
from tests.support import database as db
from tests.support.client import Answer, cart
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE

pytestmark = ON_SQLITE
WORKSHOP = Rights(frozenset((DASHBOARD,)), {"status": ("PROCESSING",)})
PASSWORD = "long enough for all"


class Shop:
    """An order that waits, one in preparation and one that was; somebody of the workshop, and a newcomer to it."""

    def __init__(self, database: str) -> None:
        self.inside = Inside(database)
        self.admin = self.inside.token()
        self.user_id, self.workshop = self._member("atelier@example.org")
        _, self.newcomer = self._member("nouvelle@example.org")
        self.waiting, self.prepared, self.sent = (self._order() for _ in range(3))
        for order in (self.prepared, self.sent):
            self.move(order, "CONFIRMED", "PROCESSING")
        self.move(self.sent, "SHIPPED")

    def send(self, method: str, path: str, body: Any = None, token: str = "") -> Answer:
        headers = [("Content-Type", "application/json"), *([("Authorization", f"Bearer {token}")] if token else [])]
        return self.inside.ask(method, path, headers, b"" if body is None else json.dumps(body).encode())

    def sees(self, path: str, token: str = "") -> Answer:
        return self.send("GET", path, token=token or self.workshop)

    def move(self, order: dict[str, Any], *statuses: str, token: str = "") -> list[int]:
        path = f"/orders/{order['id']}/status"
        return [self.send("PATCH", path, {"status": s}, token or self.admin).status for s in statuses]

    def _member(self, email: str) -> tuple[int, str]:
        """Somebody of the workshop; their id and token."""
        person = {"email": email, "password": PASSWORD, "firstName": "Awa", "lastName": "Diop"}
        user_id = self.send("POST", "/auth/register", person).json["user"]["id"]
        db.execute(self.inside.database_url, "UPDATE users SET role = 'VENDEUR' WHERE id = :id", id=user_id)
        return user_id, self.inside.token(email, PASSWORD)

    def _order(self) -> dict[str, Any]:
        answer = self.send("POST", "/orders/guest", cart())
        assert answer.status == 201, answer.text
        found: dict[str, Any] = answer.data
        return found

    def numbers_in(self, text: str) -> list[str]:
        named = {"waiting": self.waiting, "prepared": self.prepared, "sent": self.sent}
        return [name for name, order in named.items() if order["orderNumber"] in text]


@pytest.fixture(scope="module")
def made(new_database: NewDatabase) -> Iterator[Shop]:
    shop = Shop(new_database())
    yield shop
    shop.inside.close()


@pytest.fixture
def shop(made: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setitem(RIGHTS, Role.VENDEUR, WORKSHOP)
    return made


ALL = ["waiting", "prepared", "sent"]
# What everybody of the team may open, and the orders of it that the workshop sees.
LISTS = {
    "/dashboard": ["prepared"],
    "/dashboard?status=PENDING&status=PROCESSING": ["prepared"],
    "/dashboard?sort=updated": ["prepared"],
    "/dashboard?q=cmd": ["prepared"],
    "/dashboard/orders.csv": ["prepared"],
    "/dashboard/missed?since=0&view=/dashboard": ["prepared", "sent"],
    "/dashboard/missed?since=0&view=/nowhere": ["prepared", "sent"],
    "/orders/admin/all": ["prepared"],
    "/orders/admin/all?status=SHIPPED": [],
    "/orders/admin/all?search=cmd": ["prepared"],
    "/notifications": ["prepared", "sent"],
    "/dashboard/notifications": ["prepared", "sent"],
}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_holds_only_what_is_to_be_seen(shop: Shop, path: str) -> None:
    answer = shop.sees(path)
    assert (answer.status, shop.numbers_in(answer.text)) == (200, LISTS[path])


@pytest.mark.parametrize("path", ["/dashboard", "/dashboard/orders.csv", "/orders/admin/all", "/notifications"])
def test_who_runs_the_shop_sees_all_of_it(shop: Shop, path: str) -> None:
    assert shop.numbers_in(shop.sees(path, shop.admin).text) == ALL


def test_a_screen_hears_of_pictures_of_what_is_to_be_seen(shop: Shop) -> None:
    url = shop.inside.database_url
    since = shop.sees("/dashboard/notifications/count").json["upto"]
    shown = {name: kept.shown(url, getattr(shop, name)["id"], seed) for seed, name in enumerate(ALL)}
    db.append_events(url, [pictures_changed(getattr(shop, name)["id"] for name in ALL)])
    heard = f"/dashboard/missed?since={since}&view=/dashboard"
    assert [name for name in ALL if shown[name] in shop.sees(heard).text] == ["prepared"]
    assert [name for name in ALL if shown[name] in shop.sees(heard, shop.admin).text] == ALL


def test_a_list_counts_only_what_is_to_be_seen(shop: Shop) -> None:
    assert shop.sees("/orders/admin/all").data["pagination"]["total"] == 1
    told = shop.sees("/notifications", shop.newcomer)  # the dashboard's bell begins with one's first look at it
    assert told.json["unreadCount"] == len(told.data) == 3  # both came into preparation, one left it
    assert shop.sees("/dashboard/notifications/count").json["pending"] == 0
    page = shop.sees("/dashboard").text
    assert "count-revenue" not in page
    assert "count-revenue" in shop.sees("/dashboard", shop.admin).text


@pytest.mark.parametrize("path", ["/dashboard/orders/{}", "/orders/{}", "/dashboard/print?ids={}"])
def test_a_page_and_a_paper_are_there_for_who_sees_the_order(shop: Shop, path: str) -> None:
    found = {name: shop.sees(path.format(getattr(shop, name)["id"])).status for name in ALL}
    assert found == {"waiting": 404, "prepared": 200, "sent": 404}
    assert {shop.sees(path.format(getattr(shop, name)["id"]), shop.admin).status for name in ALL} == {200}


def test_several_papers_are_those_of_orders_that_are_seen(shop: Shop) -> None:
    ids = ",".join(str(getattr(shop, name)["id"]) for name in ALL)
    assert shop.numbers_in(shop.sees(f"/dashboard/print?ids={ids}").text.partition("<main")[2]) == ["prepared"]


def test_nobody_acts_on_an_order_they_do_not_see(shop: Shop) -> None:
    assert shop.move(shop.waiting, "CONFIRMED", token=shop.workshop) == [404]
    path = f"/dashboard/orders/{shop.waiting['id']}"
    for form in (f"{path}/status", f"{path}/take-back", f"{path}/notes"):
        said = b"status=CONFIRMED&version=1&seen=1&reason=moi&notes=moi"
        headers = [("Authorization", f"Bearer {shop.workshop}"), ("Content-Type", "application/x-www-form-urlencoded")]
        assert shop.inside.ask("POST", form, headers, said).status == 404
    assert shop.sees(f"/orders/{shop.waiting['id']}", shop.admin).data["status"] == "PENDING"


@pytest.mark.parametrize("path", ["products", "numbers", "team", "settings", "backup"])
def test_what_needs_another_right_is_closed_and_so_is_its_socket(shop: Shop, path: str) -> None:
    assert shop.sees(f"/dashboard/{path}").status == 403
    followed = f"/dashboard/missed?since=99999&view=/dashboard/{path}"
    assert f'value="/dashboard/{path}"' not in shop.sees(followed).text


def test_sockets_tell_of_what_is_to_be_seen(shop: Shop) -> None:
    with shop.inside.app.app_context(), reading() as connection:
        seen, cursor = policy.sight(Role.VENDEUR, shop.user_id), log.last_id(connection)
        for channel in (Stream, Room):
            told = channel(seen).catch_up(connection, 0, cursor).decode("latin-1")
            assert shop.numbers_in(told) == ["prepared", "sent"]
            assert channel(policy.own(shop.user_id)).catch_up(connection, 0, cursor).count(b"orderNumber") == 0


def test_phones_are_told_of_what_is_to_be_seen(shop: Shop) -> None:
    wishes = {"new": True, "status": True, "cancelled": True, "not_while_looking": False}
    owner = {"role": "VENDEUR", "user_id": shop.user_id, "sign_in": None}
    device: Any = SimpleNamespace(**owner, **wishes, quiet_from=None, quiet_to=None)
    with shop.inside.app.app_context(), reading() as connection:
        records = log.since(connection, 0, 500)
        notices = [notice for record in records for notice in PUSH.notices(record) if PUSH.is_for(notice, device)]
    assert shop.numbers_in(json.dumps([notice.notification for notice in notices])) == ["prepared", "sent"]
    assert len(notices) == 3


def test_without_that_line_the_role_is_a_customers(made: Shop) -> None:
    assert made.sees("/dashboard").status == 403
    assert made.sees("/notifications").data == []
    assert made.sees(f"/orders/{made.prepared['id']}").status == 404
