"""All orders of a list at once: what it has is fixed when it is read, and moved in pieces that may be sent again."""

from types import SimpleNamespace
from typing import Any

import pytest

from printalma.accounts.policy import DASHBOARD, RIGHTS, Rights, Role
from printalma.bulk import selection
from tests.accounts.people import admin, customer
from tests.dashboard.test_move_many import moves, statuses
from tests.orders.test_placing import at_once
from tests.orders.test_transitions import move, order_in
from tests.support import database as db
from tests.support.client import Answer, Client
from tests.support.inside import Inside

PATH = "/dashboard/bulk"
REASON = "Rupture de stock"


@pytest.fixture(scope="module")
def shop(common_shop: Inside) -> Inside:
    return common_shop


def place(shop: Inside, name: str, n: int) -> list[dict[str, Any]]:
    address = {"firstName": name, "lastName": "Sow", "street": "1 rue", "city": "Thiès", "country": "SN"}
    return [shop.client().place(shippingDetails=address) for _ in range(n)]


def named(who: Client) -> str:
    """What only the orders of one test are found by."""
    return f"Fatoumatou{who.user['id']}x"


def read(who: Client, query: str) -> list[str]:
    answer = who.get(f"{PATH}?{query}", Cookie=who.cookie)
    assert answer.status == 200, answer.text
    return answer.text.split()


def seen(orders: list[dict[str, Any]]) -> list[str]:
    return [f"{order['id']}:{order['version']}" for order in orders]


def send(who: Client, orders: list[str], **fields: str) -> Answer:
    pairs = [*({"act": "move", "status": "CONFIRMED"} | fields).items(), *(("order", each) for each in orders)]
    return who.form(PATH, pairs, Cookie=who.cookie)


@pytest.mark.parametrize("sort", ["newest", "oldest", "largest", "smallest", "updated", "a_z", "last_status"])
def test_every_order_of_the_list_whichever_page(shop: Inside, monkeypatch: pytest.MonkeyPatch, sort: str) -> None:
    monkeypatch.setattr(selection, "CHUNK", 3)
    awa = admin(shop)
    orders = place(shop, named(awa), 7)
    move(awa, orders[2], "CONFIRMED")
    found = read(awa, f"q={named(awa)}&size=20&sort={sort}")
    moved = orders.pop(2)
    assert sorted(found[:-1]) == sorted([*(f"{each}:PENDING" for each in seen(orders)), f"{moved['id']}:2:CONFIRMED"])
    assert found[-1] == "whole"
    assert len(read(awa, f"q={named(awa)}&status=CONFIRMED")) == 2


@pytest.mark.parametrize("sort", ["newest", "oldest", "updated"])
def test_what_comes_while_it_is_read_is_not_among_them(
    shop: Inside, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    monkeypatch.setattr(selection, "CHUNK", 2)
    awa = admin(shop)
    orders, late = place(shop, named(awa), 4), list[Any]()

    def meanwhile(_seconds: float) -> None:
        late.extend(at_once(1, lambda _n: place(shop, named(awa), 1)[0]))

    monkeypatch.setattr(selection, "time", SimpleNamespace(sleep=meanwhile))
    found = read(awa, f"q={named(awa)}&sort={sort}")
    assert late
    assert sorted(found) == sorted([*(f"{each}:PENDING" for each in seen(orders)), "whole"])


def test_it_ends_where_counting_ends_and_says_so(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    awa = admin(shop)
    place(shop, named(awa), 5)
    for most, end in ((4, "cut"), (5, "whole")):
        monkeypatch.setattr(selection, "MAX_SELECTED", most)
        found = read(awa, f"q={named(awa)}")
        assert (len(found) - 1, found[-1]) == (most, end)


def test_a_piece_says_what_became_of_each(shop: Inside) -> None:
    awa, moussa = admin(shop), admin(shop)
    free, taken, ended = place(shop, named(awa), 2), place(shop, named(awa), 1)[0], order_in(shop, "DELIVERED")
    move(moussa, taken, "REJECTED")
    answer = send(awa, [*seen(free), *seen([taken, ended]), "999999:1"])
    assert answer.json["done"] == [f"{order['id']}:2" for order in free]
    refused = {number: why for _, number, why in answer.json["refused"]}
    assert len(refused) == 3
    assert "Rejetée par Awa Diop" in refused[taken["orderNumber"]]
    assert "ne change plus de statut" in refused[ended["orderNumber"]]


def test_a_piece_sent_again_changes_nothing_and_is_answered_the_same(shop: Inside) -> None:
    awa = admin(shop)
    orders = place(shop, named(awa), 3)
    first = send(awa, seen(orders)).json
    since = awa.last_event()
    assert send(awa, seen(orders)).json == first
    assert awa.last_event() == since
    assert [moves(shop, order) for order in orders] == [1, 1, 1]
    back = send(awa, first["done"], act="back").json
    assert (len(back["done"]), back["refused"]) == (3, [])
    assert send(awa, first["done"], act="back").json == back
    assert statuses(awa, *orders) == ["PENDING"] * 3


def test_what_a_move_asks_is_said_once_for_all(shop: Inside) -> None:
    awa = admin(shop)
    orders = place(shop, named(awa), 2)
    page = awa.get(f"{PATH}/CANCELLED?n=3082", Cookie=awa.cookie).text
    assert "Annuler 3\u202f082 commandes" in page
    assert REASON in page
    assert send(awa, seen(orders), status="CANCELLED").status == 400
    assert statuses(awa, *orders) == ["PENDING"] * 2
    answer = send(awa, seen(orders), status="CANCELLED", reason=REASON)
    assert len(answer.json["done"]) == 2
    assert REASON in awa.get(f"/dashboard/orders/{orders[1]['id']}", Cookie=awa.cookie).text
    for act in ("SHIPPED", "DELIVERED", "CONFIRMED", "pay"):
        assert awa.get(f"{PATH}/{act}?n=2", Cookie=awa.cookie).status == 200
    assert awa.get(f"{PATH}/PENDING?n=2", Cookie=awa.cookie).status == 404


def test_delivered_and_paid_at_the_door(shop: Inside) -> None:
    awa = admin(shop)
    orders = [order_in(shop, "SHIPPED") for _ in range(2)]
    now = [awa.get(f"/orders/{order['id']}").data for order in orders]
    for one, collected in zip(now, ("yes", "no"), strict=True):
        assert send(awa, seen([one]), status="DELIVERED", collected=collected).json["refused"] == []
    paid = "SELECT id FROM orders WHERE paid = total AND id = :id"
    assert [len(db.select(shop.database_url, paid, id=one["id"])) for one in now] == [1, 0]


def test_all_are_marked_paid(shop: Inside) -> None:
    awa = admin(shop)
    orders = place(shop, named(awa), 2)
    first = send(awa, seen(orders), act="pay", means="WAVE").json
    assert len(first["done"]) == 2
    assert send(awa, seen(orders), act="pay", means="WAVE").json == first


def test_a_role_that_sees_less_reaches_no_more(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RIGHTS, Role.VENDEUR, Rights(frozenset((DASHBOARD,)), {"status": ("CONFIRMED",)}))
    some, awa = customer(shop), admin(shop)
    db.execute(shop.database_url, "UPDATE users SET role = 'VENDEUR' WHERE id = :id", id=some.user["id"])
    hidden, shown = place(shop, named(awa), 2)
    move(awa, shown, "CONFIRMED")
    assert read(some, f"q={named(awa)}") == [f"{shown['id']}:2:CONFIRMED", "whole"]
    answer = send(some, seen([hidden])).json
    assert (answer["done"], answer["refused"][0][2]) == ([], "Commande introuvable")
    assert statuses(awa, hidden) == ["PENDING"]


BAD = ["", "\0", "x" * 100_000, "1", "1:", ":1", "1e308:1", "-1:1", f"{2**70}:1", "1:1:1:1", "é:é"]


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_bad_input_changes_nothing(shop: Inside, text: str) -> None:
    awa = admin(shop)
    since = awa.last_event()
    for fields in ({"order": text}, {"act": text, "order": "1:1"}, {"status": text, "order": "1:1"}):
        answer = awa.form(PATH, {"act": "move", "status": "CONFIRMED"} | fields, Cookie=awa.cookie)
        assert answer.status in (200, 400, 413), answer.text
        assert not answer.json.get("done")
    assert awa.last_event() == since
    assert awa.get(f"{PATH}/CANCELLED?n=nan", Cookie=awa.cookie).status == 200
