"""What a checkout asks after its order, without a sign-in: nothing of it says who ordered, nothing of it changes an
order."""

from typing import Any

import pytest

from tests.support import database as db
from tests.support.client import Answer, Client, cart
from tests.support.inside import Inside

PERSON = {"firstName": "Penda", "lastName": "Sarr", "street": "Rue des Manguiers 7", "city": "Thiès"}


@pytest.fixture
def guest(shop: Inside) -> Client:
    return shop.client()


@pytest.fixture(scope="module")
def admin(shop: Inside) -> Client:
    return shop.admin_once()


def placed(client: Client, **fields: Any) -> dict[str, Any]:
    answer = client.post("/orders/guest", cart(shippingDetails=PERSON, phoneNumber="77 987 65 43", **fields))
    assert answer.status == 201
    order: dict[str, Any] = answer.data
    return order


def claimed(client: Client, order: dict[str, Any], **body: Any) -> Answer:
    return client.patch(f"/orders/{order['id']}/payment-status", body)


def is_nameless(answer: Answer) -> bool:
    return not any(word in answer.text for word in ("Penda", "Sarr", "Manguiers", "987", "example.org"))


def test_an_order_is_found_by_its_number_without_who_ordered(guest: Client) -> None:
    order = placed(guest)
    answer = guest.get(f"/orders/number/{order['orderNumber']}")
    assert (answer.status, answer.json["message"]) == (200, "Commande récupérée avec succès")
    same = "id orderNumber status statusLabel paymentMethod paymentStatus totalAmount subtotal deliveryFee createdAt"
    assert answer.data == {name: order[name] for name in same.split()}
    assert is_nameless(answer)


def test_a_payments_state_is_bare(guest: Client) -> None:
    order = placed(guest, paymentMethod="ORANGE_MONEY")
    answer = guest.get(f"/orange-money/payment-status/{order['orderNumber']}")
    assert answer.json == {
        "success": True,
        "orderNumber": order["orderNumber"],
        "paymentStatus": "PENDING",
        "transactionId": None,
        "paymentMethod": "ORANGE_MONEY",
        "totalAmount": order["totalAmount"],
        "orderStatus": "PENDING",
    }


@pytest.mark.parametrize("path", ["/orders/number/CMD19990101001", "/orange-money/payment-status/CMD19990101001"])
def test_an_unknown_number_is_said(guest: Client, path: str) -> None:
    answer = guest.get(path)
    assert (answer.status, answer.json["message"]) == (404, "Commande CMD19990101001 non trouvée")


@pytest.mark.parametrize("path", ["/orders/number/a%00b", "/orange-money/payment-status/%0A"])
def test_what_is_no_text_leads_nowhere(guest: Client, path: str) -> None:
    assert guest.get(path).status == 404


def test_a_bad_token_is_no_401_there(shop: Inside) -> None:
    """A front end sends whoever gets one away to sign in, in the middle of a payment."""
    order = placed(shop.client())
    stranger = shop.client()
    stranger.token = "ended"
    assert stranger.get(f"/orders/number/{order['orderNumber']}").status == 200
    assert claimed(stranger, order, payment_status="PENDING").status == 200


def test_a_claim_is_a_note_for_the_team_and_no_state(shop: Inside, guest: Client, admin: Client) -> None:
    order = placed(guest, paymentMethod="PAYDUNYA")
    answer = claimed(guest, order, payment_status="paid", transaction_id="tok_<b>1</b>")
    assert answer.json == {"success": True, "message": "Statut de paiement mis à jour: PAID"}
    now = admin.get(f"/orders/{order['id']}").data
    assert {name: now[name] for name in order if name in now} == order
    page = admin.get(f"/dashboard/orders/{order['id']}", Cookie=admin.cookie).text
    assert "Le client dit avoir payé" in page
    assert "tok_&lt;b&gt;1" in page
    assert noted(shop, order) == 1


def test_what_is_said_again_is_noted_once_and_at_most_three_times(shop: Inside, guest: Client) -> None:
    order = placed(guest)
    for _ in range(2):
        claimed(guest, order, payment_status="PAID", transaction_id="t0")
    assert noted(shop, order) == 1
    for n in range(5):
        assert claimed(guest, order, payment_status="FAILED", payment_failure_reason=f"why {n}").status == 200
    assert noted(shop, order) == 3


def noted(shop: Inside, order: dict[str, Any]) -> int:
    found: int = db.select(shop.database_url, "SELECT noted FROM orders WHERE id = :id", id=order["id"])[0][0]
    return found


@pytest.mark.parametrize("state", ["PENDING", "REFUNDED", "CANCELLED", "whatever" * 9])
def test_any_other_state_is_taken_and_says_nothing(shop: Inside, guest: Client, state: str) -> None:
    order = placed(guest)
    assert claimed(guest, order, payment_status=state).status == 200
    assert noted(shop, order) == 0


@pytest.mark.parametrize("body", [{}, {"payment_status": None}, {"payment_status": " "}, {"transaction_id": "t"}])
def test_a_claim_of_nothing_is_refused(shop: Inside, guest: Client, body: dict[str, Any]) -> None:
    order = placed(guest)
    answer = claimed(guest, order, **body)
    assert (answer.status, answer.json["message"]) == (400, "payment_status est requis")
    assert noted(shop, order) == 0


def test_a_claim_about_no_order_is_said(guest: Client) -> None:
    answer = claimed(guest, {"id": 999999}, payment_status="PAID")
    assert (answer.status, answer.json["message"]) == (404, "Commande 999999 introuvable")


def test_claims_have_a_rate(guest: Client) -> None:
    order = placed(guest)
    statuses = [claimed(guest, order, payment_status="PENDING").status for _ in range(31)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
