"""A customer's own orders: seen, listed and cancelled by nobody else."""

import json
from typing import Any

import pytest

from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.client import CART, Answer, Client, as_customers_see, cart
from tests.support.server import Shop

NOT_FOUND = {
    "success": False,
    "message": "Commande introuvable",
    "error": "Not Found",
    "statusCode": 404,
    "errors": [],
}


@pytest.fixture(scope="module")
def awa(shop: Shop) -> Client:
    return shop.client().register("awa@example.org")


@pytest.fixture(scope="module")
def moussa(shop: Shop) -> Client:
    return shop.client().register("moussa@example.org", firstName="Moussa")


def placed(client: Client) -> Answer:
    answer = client.post("/orders", cart())
    assert answer.status == 201
    return answer


def test_a_customers_order_carries_who_they_are_and_nothing_secret(awa: Client) -> None:
    answer = placed(awa)
    assert answer.json["message"] == "Commande créée avec succès"
    assert answer.data["userId"] == awa.user["id"]
    assert answer.data["user"] == awa.user | {"photo_profil": None}
    assert "hash" not in answer.text
    assert "scrypt" not in answer.text


def test_an_order_without_an_email_gets_its_customers(awa: Client) -> None:
    answer = awa.post("/orders", cart(email=..., shippingDetails=..., shippingAddress="Villa 12, Dakar"))
    assert answer.data["email"] == "awa@example.org"
    assert answer.data["shippingName"] == "Awa Diop"


def test_an_order_is_shown_to_its_customer_and_to_admins(shop: Shop, awa: Client, moussa: Client) -> None:
    order = placed(awa).data
    for client in (awa, shop.admin_once()):
        answer = client.get(f"/orders/{order['id']}")
        assert (answer.status, answer.json["message"]) == (200, "Commande récupérée avec succès")
        assert as_customers_see(answer.data) == order
        assert ("marks" in answer.data) == (client is not awa)
    refused = moussa.get(f"/orders/{order['id']}")
    unknown = moussa.get("/orders/999999")
    assert (refused.status, refused.json) == (unknown.status, unknown.json) == (404, NOT_FOUND)
    assert shop.client().get(f"/orders/{order['id']}").json == {"message": "Unauthorized", "statusCode": 401}


@pytest.mark.parametrize(
    ("changes", "first", "last"),
    [
        ({}, "Awa", "Diop"),
        ({"shippingDetails": CART["shippingDetails"] | {"lastName": "Ba Sow"}}, "Awa", "Ba Sow"),
        ({"shippingDetails": CART["shippingDetails"] | {"firstName": ""}, "email": ...}, "Diop", ""),
        ({"shippingDetails": ..., "shippingAddress": "Villa 12, Dakar"}, "Client", "invité"),
    ],
)
def test_a_guest_is_whom_the_parcel_is_for(shop: Shop, changes: dict[str, Any], first: str, last: str) -> None:
    """Front ends read `user.photo_profil` and the name without asking whether there is a user."""
    order = shop.client().place(**changes)
    guest = {"id": None, "firstName": first, "lastName": last, "role": "CLIENT", "photo_profil": None}
    assert order["user"] == guest | {"email": order["email"]}
    admin = shop.admin_once()
    listed = admin.get("/orders/admin/all?limit=1").data["orders"][0]
    recent = admin.get("/orders/admin/frontend-statistics").data["recentOrders"][0]
    assert [listed["user"], recent["user"]] == [order["user"]] * 2
    assert move(admin, order, "CONFIRMED").data["user"] == order["user"]
    assert move(admin, order, "REJECTED").data["user"] == order["user"], "the order as it is now, beside a refusal"


def test_a_guests_order_is_no_customers(shop: Shop, awa: Client) -> None:
    order = shop.client().place()
    assert order["userId"] is None
    assert awa.get(f"/orders/{order['id']}").json == NOT_FOUND
    assert awa.delete(f"/orders/{order['id']}/cancel").json == NOT_FOUND


def test_my_orders_are_mine(shop: Shop, moussa: Client, awa: Client) -> None:
    fatou = shop.client().register("fatou@example.org")
    orders = [placed(fatou).data for _ in range(3)]
    placed(awa)
    move(shop.admin_once(), orders[0], "CONFIRMED")
    answer = fatou.get("/orders/my-orders")
    assert (answer.status, answer.json["message"]) == (200, "Vos commandes récupérées avec succès")
    assert [order["id"] for order in answer.data["orders"]] == [order["id"] for order in reversed(orders)]
    assert answer.data["pagination"]["total"] == 3
    confirmed = fatou.get("/orders/my-orders?status=CONFIRMED&limit=1").data
    assert [order["id"] for order in confirmed["orders"]] == [orders[0]["id"]]
    second = fatou.get("/orders/my-orders?page=2&limit=2").data
    assert [order["id"] for order in second["orders"]] == [orders[0]["id"]]
    assert fatou.get("/orders/my-orders?limit=101").status == 400
    assert shop.admin_once().get("/orders/my-orders").data["orders"] == []


def test_cancelling_ones_own_order(shop: Shop, awa: Client, moussa: Client) -> None:
    order = placed(awa).data
    path = f"/orders/{order['id']}/cancel"
    assert moussa.delete(path).json == NOT_FOUND
    assert shop.admin_once().delete(path).json == NOT_FOUND, "an admin changes the status, and says so"
    assert shop.client().delete(path).json == {"message": "Unauthorized", "statusCode": 401}
    answer = awa.delete(path)
    assert (answer.status, answer.json["message"]) == (200, "Commande annulée avec succès")
    assert answer.data["status"] == "CANCELLED"
    assert answer.data["cancelledAt"]
    assert answer.data["validatedBy"] is None
    told = shop.admin_once().last_event()
    for again in (awa.delete(path), awa.patch(f"/orders/{order['id']}/status", {"status": "CANCELLED"})):
        assert (again.status, again.data) == (200, answer.data), "its first answer may have been lost"
    assert shop.admin_once().last_event() == told


def test_an_order_somebody_has_begun_is_no_longer_cancelled_by_its_customer(shop: Shop, awa: Client) -> None:
    order = placed(awa).data
    move(shop.admin_once(), order, "CONFIRMED")
    answer = awa.delete(f"/orders/{order['id']}/cancel")
    assert (answer.status, answer.json["message"]) == (409, "Une commande « Confirmée » ne peut plus être annulée")
    assert awa.get(f"/orders/{order['id']}").data["status"] == "CONFIRMED"


def test_idempotency_keys_are_each_callers_own(shop: Shop, awa: Client, moussa: Client) -> None:
    def place(client: Client, path: str, **changes: str) -> Answer:
        return client.post(path, cart(**changes), Idempotency_Key="shared")

    guest, hers, his = place(shop.client(), "/orders/guest"), place(awa, "/orders"), place(moussa, "/orders")
    assert [answer.status for answer in (guest, hers, his)] == [201] * 3
    assert len({answer.data["id"] for answer in (guest, hers, his)}) == 3
    again = place(awa, "/orders")
    assert (again.status, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.json == hers.json
    other_guest = place(shop.client(), "/orders/guest")
    assert (other_guest.status, other_guest.data["id"]) == (200, guest.data["id"])
    reused = place(awa, "/orders", notes="another")
    assert (reused.status, reused.json["error"]) == (422, "Unprocessable Entity")
    assert hers.headers["Idempotent-Replayed"] is None


def test_a_replay_shows_the_order_as_it_is_now(shop: Shop, awa: Client) -> None:
    first = awa.post("/orders", cart(), Idempotency_Key="moved").data
    move(shop.admin_once(), first, "CONFIRMED")
    again = awa.post("/orders", cart(), Idempotency_Key="moved")
    assert (again.status, again.data["id"], again.data["status"]) == (200, first["id"], "CONFIRMED")


def test_the_same_body_in_another_order_of_fields_is_the_same(awa: Client) -> None:
    first = awa.post("/orders", cart(notes="é"), Idempotency_Key="fields")
    backwards = dict(reversed(list(cart(notes="é").items())))
    again = awa.post("/orders", backwards, Idempotency_Key="fields")
    assert (first.status, again.status) == (201, 200)


@pytest.mark.parametrize("key", ["x" * 129, "clé", "a\tb"])
def test_a_strange_key_is_one_too(awa: Client, key: str) -> None:
    first, again = (awa.post("/orders", cart(notes=key), Idempotency_Key=key) for _ in range(2))
    assert (first.status, again.status) == (201, 200)
    assert awa.post("/orders", cart(notes=key), Idempotency_Key=f"{key}y").status == 201


@pytest.mark.parametrize("key", ["", " "])
def test_a_key_that_says_nothing_is_none(awa: Client, key: str) -> None:
    assert [awa.post("/orders", cart(), Idempotency_Key=key).status for _ in range(2)] == [201, 201]


def test_a_key_is_forgotten_after_a_day(shop: Shop, awa: Client) -> None:
    first = awa.post("/orders", cart(), Idempotency_Key="old")
    day = 24 * 3600 * 1000 + 1
    db.execute(shop.database_url, "UPDATE idempotency_keys SET created_at = created_at - :d WHERE key = 'old'", d=day)
    again = awa.post("/orders", cart(), Idempotency_Key="old")
    assert (first.status, again.status) == (201, 201)
    assert first.data["id"] != again.data["id"]


def test_brackets_without_end_in_a_field_nobody_reads_are_no_500(awa: Client) -> None:
    body = json.dumps(cart())[:-1]
    for depth in (10, *range(900, 1000, 4), 5000, 100_000):
        deep = f'{body}, "unread": {"[" * depth}{"]" * depth}}}'.encode()
        answer = awa.raw("POST", "/orders", deep, Content_Type="application/json", Idempotency_Key=f"deep {depth}")
        assert answer.status in (201, 400), depth
    assert answer.json["message"] == "JSON mal formé"


def test_a_customer_cancels_by_the_call_of_their_front_end(awa: Client, shop: Shop) -> None:
    order = placed(awa).data
    body = {"status": "CANCELLED", "notes": "Commande annulée par le client"}
    answer = awa.patch(f"/orders/{order['id']}/status", body)
    assert (answer.status, answer.json["message"]) == (200, "Commande annulée avec succès")
    assert answer.data["status"] == "CANCELLED"
    admin = shop.admin_once()
    page = admin.get(f"/dashboard/orders/{order['id']}", Cookie=admin.cookie).text
    assert page.count("Commande annulée par le client") == 1  # in the history, and in no list of the team's notes
    assert db.select(shop.database_url, "SELECT noted FROM orders WHERE id = :id", id=order["id"])[0][0] == 0


@pytest.mark.parametrize("status", ["CONFIRMED", "DELIVERED", "COMPLETED", "cancelled", "", None, ["CANCELLED"]])
def test_a_customer_moves_their_order_nowhere_else(awa: Client, status: Any) -> None:
    order = placed(awa).data
    answer = awa.patch(f"/orders/{order['id']}/status", {"status": status})
    assert (answer.status, answer.json["message"]) == (403, "Forbidden resource")
    assert awa.get(f"/orders/{order['id']}").data["status"] == "PENDING"


def test_nobody_cancels_somebody_elses_by_that_call(awa: Client, moussa: Client) -> None:
    order = placed(awa).data
    assert moussa.patch(f"/orders/{order['id']}/status", {"status": "CANCELLED"}).json == NOT_FOUND
    assert awa.get(f"/orders/{order['id']}").data["status"] == "PENDING"


def test_a_begun_order_is_not_cancelled_by_that_call(awa: Client, shop: Shop) -> None:
    order = placed(awa).data
    shop.admin_once().patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    answer = awa.patch(f"/orders/{order['id']}/status", {"status": "CANCELLED"})
    assert (answer.status, answer.data["status"], "marks" in answer.data) == (409, "CONFIRMED", False)
    assert awa.get(f"/orders/{order['id']}").data["status"] == "CONFIRMED"


def test_a_customers_orders_are_summed_up(shop: Shop) -> None:
    fatou = shop.client().register("fatou.sums@example.org")
    nothing = fatou.get("/orders/my-orders").data["statistics"]
    assert nothing == SUMS
    first, second = (placed(fatou).data for _ in range(2))
    fatou.delete(f"/orders/{first['id']}/cancel")
    db.execute(shop.database_url, "UPDATE orders SET payment_status = 'PAID' WHERE id = :id", id=second["id"])
    paid = second["totalAmount"]
    assert fatou.get("/orders/my-orders?limit=1").data["statistics"] == SUMS | {
        **dict.fromkeys(("totalAmount", "totalRevenue", "totalVendorAmount", "annualRevenue", "monthlyRevenue"), paid),
        "totalOrders": 2,
        "statusBreakdown": {"PENDING": 1, "CANCELLED": 1},
        "paymentStatusBreakdown": {"PAID": 1, "PENDING": 1},
        "averageOrderValue": pytest.approx(paid / 2, abs=0.01),
        "recentOrders": 2,
        "pendingOrders": 1,
        "cancelledOrders": 1,
        "paidOrders": 1,
        "unpaidOrders": 1,
        "paymentMethods": {"CASH_ON_DELIVERY": 2},
    }


AMOUNTS = "totalAmount averageOrderValue totalRevenue totalCommission totalVendorAmount annualRevenue monthlyRevenue"
COUNTS = (
    "totalOrders recentOrders pendingOrders confirmedOrders deliveredOrders cancelledOrders paidOrders unpaidOrders"
)
SUMS: dict[str, Any] = {
    **dict.fromkeys([*AMOUNTS.split(), *COUNTS.split()], 0),
    **{name: {} for name in ("statusBreakdown", "paymentStatusBreakdown", "paymentMethods")},
}
