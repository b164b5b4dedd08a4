"""A step taken back: everything is as it was before, everybody hears of it, and only who may can."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.accounts.people import admin as new_admin
from tests.accounts.people import customer
from tests.conftest import NewDatabase
from tests.orders.test_placing import add_product, at_once
from tests.orders.test_transitions import NEXT, STAMPS, WAY, move, order_in, stock_of
from tests.statistics.test_api import PATHS, STATUSES, _all_orders, _recount
from tests.support import database as db
from tests.support.client import Answer, Client, cart
from tests.support.inside import Inside
from tests.support.matrix import ON_POSTGRES
from tests.support.server import Shop
from tests.support.stream import stream

AGES = 3_600_000  # milliseconds
KEPT = ("status", "validatedAt", "validatedBy", *STAMPS.values(), "allowedTransitions")


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    """What is counted is of this file alone, and everybody has an address of their own."""
    with Inside(new_database(), tmp_path_factory.mktemp("back"), CORS_ORIGINS="", TRUSTED_PROXIES="1") as shop:
        yield shop


def take_back(who: Client, order: dict[str, Any], **fields: str) -> Answer:
    """As the order's page sends it, to HTMX."""
    sent = {"version": str(order["version"])} | fields
    return who.form(f"/dashboard/orders/{order['id']}/take-back", sent, Cookie=who.cookie, HX_Request="true")


def undo(who: Client, *orders: dict[str, Any]) -> Answer:
    """As "Annuler" sends it."""
    seen = [("order", f"{order['id']}:{order['version']}") for order in orders]
    return who.form("/dashboard/orders/take-back", seen, Cookie=who.cookie, HX_Request="true")


def now(who: Client, order: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = who.get(f"/orders/{order['id']}").data
    return found


def let_age(shop: Shop, order: dict[str, Any]) -> None:
    """As if it had been done an hour ago."""
    db.execute(shop.database_url, "UPDATE events SET at = at - :age WHERE order_id = :id", age=AGES, id=order["id"])


def takings_back(shop: Shop, order: dict[str, Any]) -> int:
    asked = "SELECT count(*) FROM events WHERE order_id = :id AND type = 'OrderStatusTakenBack'"
    return int(db.select(shop.database_url, asked, id=order["id"])[0][0])


@pytest.mark.parametrize("status", [status for status in STATUSES if status != "PENDING"])
def test_any_step_back_leaves_the_order_as_it_was(shop: Shop, status: str) -> None:
    owner = shop.admin_once()
    before = order_in(shop, WAY[status][-2] if len(WAY[status]) > 1 else "PENDING")
    after = move(owner, before, status).data
    assert take_back(owner, after).status == 200
    found = now(owner, after)
    assert {name: found[name] for name in KEPT} == {name: before[name] for name in KEPT}
    assert found["allowedTransitions"] == NEXT[before["status"]]
    assert found["version"] == after["version"] + 1
    assert found["updatedAt"] > after["updatedAt"]


@ON_POSTGRES
def test_after_any_steps_and_steps_back_everything_equals_a_recount(shop: Shop) -> None:
    owner, chance = shop.admin_once(), random.Random(4)
    product = add_product(shop, stock=500)
    orders = [shop.client().place(orderItems=_items(chance, product)) for _ in range(15)]
    for _ in range(80):
        n = chance.randrange(len(orders))
        wanted = [*orders[n]["allowedTransitions"], "back"]
        chosen = chance.choice(wanted)
        if chosen == "back":
            is_first = orders[n]["status"] == "PENDING"
            assert take_back(owner, orders[n]).status == (409 if is_first else 200)
        else:
            move(owner, orders[n], chosen)
        orders[n] = now(owner, orders[n])
    everything = _all_orders(owner)
    assert owner.get(PATHS[0]).data == _recount(everything)
    held = [order for order in orders if order["status"] not in ("CANCELLED", "REJECTED")]
    quantities = [item["quantity"] for order in held for item in order["orderItems"] if item["productId"] == product]
    assert stock_of(shop, product) == 500 - sum(quantities)
    assert _durations(shop) == _recounted_durations(shop)
    assert _products(shop) == _recounted_products(shop)


@ON_POSTGRES
def test_everybody_hears_that_it_is_as_it_was(shop: Shop) -> None:
    owner, buyer = shop.admin_once(), customer(shop)
    order = move(owner, buyer.post("/orders", cart()).data, "CONFIRMED").data
    page = owner.dashboard(since=owner.last_event())
    streams = [stream(who, f"?since={owner.last_event()}") for who in (owner, buyer)]
    assert [each.receive()["event"] for each in streams] == ["beat"] * 2
    assert take_back(owner, order).status == 200
    to_owner, to_buyer = (each.receive() for each in streams)
    assert to_owner["event"] == "orderStatusChanged"
    assert to_owner["data"]["message"] == f"Commande #{order['orderNumber']}: CONFIRMED → PENDING"
    turned = {"previousStatus": "CONFIRMED", "newStatus": "PENDING", "changedBy": "Admin PrintAlma"}
    assert turned.items() <= to_owner["data"]["data"].items()
    assert to_buyer["event"] == "myOrderUpdated"
    assert to_buyer["data"]["data"] == {
        "orderId": order["id"],
        "orderNumber": order["orderNumber"],
        "status": "PENDING",
        "statusLabel": "En attente",
    }
    assert f'id="order-{order["id"]}"' in page.wait_for("retour à «\xa0En attente\xa0»")
    assert buyer.get("/notifications").data[0]["message"] == to_buyer["data"]["message"]
    assert owner.get("/notifications").data[0]["message"] == to_owner["data"]["message"]
    history = owner.get(f"/dashboard/orders/{order['id']}", Cookie=owner.cookie).text
    assert "Retour à «\xa0En attente\xa0»" in history
    other = new_admin(shop)
    assert "retour à «\xa0En attente\xa0»" in other.get("/dashboard/notifications", Cookie=other.cookie).text


def test_for_a_minute_by_who_did_it_later_by_an_owner_with_a_reason(shop: Shop) -> None:
    owner, awa, fatou = shop.admin_once(), new_admin(shop), new_admin(shop)
    order = move(awa, shop.client().place(), "CONFIRMED").data
    refused = take_back(fatou, order, reason="Pas la mienne")
    assert (refused.status, "seul un propriétaire" in refused.text) == (403, True)
    assert take_back(awa, order).status == 200
    order = move(awa, order, "CONFIRMED").data
    let_age(shop, order)
    assert take_back(awa, order, reason="Trop tard").status == 403
    assert take_back(owner, order).status == 400
    assert take_back(owner, order, reason=" ").status == 400
    assert take_back(owner, order, reason="Le client s'est trompé").status == 200
    found = now(owner, order)
    assert found["status"] == "PENDING"
    assert "s&#39;est trompé" in owner.get(f"/dashboard/orders/{order['id']}", Cookie=owner.cookie).text
    assert "trompé" not in str(found), "a reason is for the team"


def test_an_owner_takes_back_a_delivery_and_a_customer_s_cancellation(shop: Shop) -> None:
    owner, buyer, product = shop.admin_once(), customer(shop), add_product(shop, stock=5)
    order = buyer.post("/orders", cart(orderItems=[{"productId": product, "quantity": 3}])).data
    order = buyer.delete(f"/orders/{order['id']}/cancel").data
    assert stock_of(shop, product) == 5
    assert take_back(owner, order, reason="Elle la veut quand même").status == 200
    assert (now(owner, order)["status"], stock_of(shop, product)) == ("PENDING", 2)
    delivered = order_in(shop, "DELIVERED")
    let_age(shop, delivered)
    for status in ("SHIPPED", "PROCESSING", "CONFIRMED", "PENDING"):
        assert take_back(owner, delivered, reason="Jamais arrivée").status == 200
        delivered = now(owner, delivered)
        assert delivered["status"] == status
    assert take_back(owner, delivered, reason="Encore").status == 409
    assert [delivered[name] for name in ("validatedAt", "validatedBy", *STAMPS.values())] == [None] * 6


def test_what_was_sold_meanwhile_is_not_there(shop: Shop) -> None:
    owner, product = shop.admin_once(), add_product(shop, stock=3)
    items = [{"productId": product, "quantity": 3}]
    order = move(owner, shop.client().place(orderItems=items), "REJECTED").data
    shop.client().place(orderItems=[{"productId": product, "quantity": 1}])
    refused = take_back(owner, order)
    assert (refused.status, "Stock insuffisant : Essai" in refused.text) == (409, True)
    assert (now(owner, order), stock_of(shop, product)) == (order, 2)


def test_who_has_moved_on_is_named(shop: Shop) -> None:
    owner = shop.admin_once()
    order = move(owner, shop.client().place(), "CONFIRMED").data
    move(owner, order, "PROCESSING")
    refused = take_back(owner, order)
    assert (refused.status, "En traitement par Admin PrintAlma il y a" in refused.text) == (409, True)
    moved = now(owner, order)
    assert take_back(owner, moved).status == 200
    late = move(owner, moved, "SHIPPED", version=moved["version"])
    assert late.json["message"].startswith("Remise à « Confirmée » par Admin PrintAlma il y a")


@ON_POSTGRES
def test_twice_at_once_is_once(shop: Shop) -> None:
    owner, product = shop.admin_once(), add_product(shop, stock=9)
    order = shop.client().place(orderItems=[{"productId": product, "quantity": 2}])
    order = move(owner, order, "CANCELLED").data
    answers = at_once(4, lambda n: take_back(owner, order) if n % 2 else undo(owner, order))
    assert {answer.status for answer in answers} == {200}
    assert (takings_back(shop, order), stock_of(shop, product)) == (1, 7)
    assert now(owner, order)["version"] == order["version"] + 1


def test_a_bulk_move_is_taken_back_as_a_whole(shop: Shop) -> None:
    owner = shop.admin_once()
    orders = [shop.client().place() for _ in range(3)]
    seen = [("status", "CONFIRMED"), *(("order", f"{o['id']}:{o['version']}") for o in orders)]
    told = owner.form("/dashboard/orders/move", seen, Cookie=owner.cookie, HX_Request="true").text
    assert all(f'name="order" value="{order["id"]}:2"' in told for order in orders)
    move(owner, orders[1], "PROCESSING")
    back = undo(owner, *(order | {"version": 2} for order in orders))
    assert [now(owner, order)["status"] for order in orders] == ["PENDING", "PROCESSING", "PENDING"]
    assert "2 commandes sont de nouveau comme avant" in back.text
    assert "En traitement par Admin PrintAlma il y a" in back.text


def test_the_same_move_again_is_no_conflict(shop: Shop) -> None:
    """Whoever repeats it, as long as they lose no word by it; what came in between is one."""
    owner, other, order = shop.admin_once(), new_admin(shop), shop.client().place()
    before = owner.last_event()
    for who in (owner, owner, other):
        answer = move(who, order, "CONFIRMED", version=1, notes="Ce soir")
        assert (answer.status, answer.data["version"]) == (200, 2)
    assert move(other, order, "CONFIRMED", version=1).status == 200
    assert owner.last_event() == before + 1
    assert move(other, order, "CONFIRMED", version=1, notes="Demain").status == 409
    move(owner, order, "PROCESSING")
    assert move(owner, order, "CONFIRMED", version=1).status == 409


def _items(chance: random.Random, product: int) -> list[dict[str, int]]:
    return [{"productId": chance.choice((1, product)), "quantity": chance.randint(1, 3)} for _ in range(2)]


def _durations(shop: Shop) -> dict[tuple[str, int], int]:
    rows = db.select(shop.database_url, "SELECT status, seconds, orders FROM daily_durations WHERE orders <> 0")
    return {(row.status, row.seconds): row.orders for row in rows}


def _recounted_durations(shop: Shop) -> dict[tuple[str, int], int]:
    """Every order of these tests waited for less than a minute."""
    asked = "SELECT count(confirmed_at) AS confirmed, count(shipped_at) AS shipped FROM orders"
    row = db.select(shop.database_url, asked)[0]
    return {key: n for key, n in ((("CONFIRMED", 0), row.confirmed), (("SHIPPED", 0), row.shipped)) if n}


def _products(shop: Shop) -> list[tuple[int, ...]]:
    asked = "SELECT product_id, orders, quantity, revenue FROM daily_products WHERE orders <> 0 ORDER BY product_id"
    return [tuple(row) for row in db.select(shop.database_url, asked)]


def _recounted_products(shop: Shop) -> list[tuple[int, ...]]:
    asked = """
        SELECT i.product_id, COUNT(DISTINCT o.id), SUM(i.quantity),
            SUM(CASE WHEN o.status = 'PENDING' THEN 0 ELSE i.total_price END)
        FROM orders o JOIN order_items i ON i.order_id = o.id
        WHERE o.status NOT IN ('CANCELLED', 'REJECTED') GROUP BY i.product_id ORDER BY i.product_id
    """
    return [tuple(int(n) for n in row) for row in db.select(shop.database_url, asked)]
