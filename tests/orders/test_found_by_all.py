"""An order is found by all that is said of it: street, postcode, amount, the customer's message, the team's notes."""

from typing import Any

import pytest

from printalma.tidying import service
from printalma.tidying.tasks import all_tasks
from tests.conftest import NewDatabase
from tests.mending.test_mending import mend
from tests.orders.test_placing import add_product
from tests.orders.test_search import found
from tests.support.client import cart
from tests.support.inside import Inside
from tests.tidying.test_tidying import anew, index_is_whole, of_old

DETAILS = {
    "firstName": "Khady", "lastName": "Gaye", "street": "14 rue Aïda Bâ-Mbengue, villa n°8",
    "apartment": "Appt. Colibri",
    "postalCode": "SW1A 1AA", "city": "Dakar", "region": "Casamance", "country": "Sénégal",
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(own_shop: Inside) -> Inside:
    """What is found is of this file alone. Amounts are in euros, with cents."""
    return own_shop


@pytest.fixture(scope="module")
def order(shop: Inside) -> dict[str, Any]:
    """An order that is told apart, among others: 9 × 20,50 € is 184,50 €, and somebody's number has the same digits."""
    product, client = add_product(shop, None, price="20,50"), shop.client()
    client.place(orderItems=[{"productId": product, "quantity": 10}], phoneNumber="+221 77 118 450 9")
    items = [{"productId": product, "quantity": 9}]
    order = client.place(
        shippingDetails=DETAILS, orderItems=items, notes="Sonner deux fois,\nc'est pour l'anniversaire de Pape"
    )
    client.place(orderItems=[{"productId": product, "quantity": 90}])  # 1845,00 €
    return order


@pytest.mark.parametrize(
    "words",
    [
        "aida ba", "Rue Aïda-Bâ gaye", "14 rue mbengue", "colibri", "SW1A 1AA", "sw1a1aa", "casamance",
        "anniversaire", "l'anniversaire pape", "sonner deux fois",
        "184,50", "184,50 €", "184.50€", "€184,5", "184,50 EUR", "184,50\xa0€", "khady 184,50", "184,5 gaye",
        "Gaye, 184,50 €", "Mme 184,50", "(184,50 €)",
    ],
)  # fmt: skip
def test_an_order_is_found_by_what_it_says(shop: Inside, order: dict[str, Any], words: str) -> None:
    assert found(shop, words) == [order["id"]]


@pytest.mark.parametrize("words", ["84,50", "184,51", "4,50 €", "184,50 diallo", "1184,50"])
def test_another_amount_is_not_found(shop: Inside, order: dict[str, Any], words: str) -> None:
    assert found(shop, words) == []


def test_a_number_without_a_mark_may_be_either(shop: Inside, order: dict[str, Any]) -> None:
    """Digits alone are a telephone number's or an amount's."""
    assert found(shop, "184.50") == [order["id"], order["id"] - 1]
    assert found(shop, "1 845") == found(shop, "1845") == [order["id"] + 1, order["id"] - 1]
    for words in ("1845,00", "1 845,00 €", "1'845.00 €", "1.845,00"):
        assert found(shop, words) == [order["id"] + 1], words


def test_notes_are_found_however_they_were_written(shop: Inside, order: dict[str, Any]) -> None:
    admin = shop.admin_once()
    page = f"/dashboard/orders/{order['id']}"
    assert admin.form(f"{page}/notes", {"notes": "Rappelée, elle préfère jeudi"}, Cookie=admin.cookie).status == 303
    assert found(shop, "rappelee jeudi") == [order["id"]]
    assert admin.patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED", "notes": "Acompte chez Wally"}).data
    assert found(shop, "acompte wally") == [order["id"]]
    assert mend(admin, order, city="Rufisque").status == 303
    for words in ("rappelee jeudi", "acompte wally", "rufisque", "anniversaire", "184,50"):
        assert found(shop, words) == [order["id"]], words
    assert found(shop, "préfère rufisque khady") == [order["id"]]


def test_what_a_customer_says_with_a_move_is_found(shop: Inside, order: dict[str, Any]) -> None:
    customer = shop.client().register("cancels@example.org")
    theirs = customer.post("/orders", cart()).data
    said = {"status": "CANCELLED", "notes": "Finalement je déménage"}
    assert customer.patch(f"/orders/{theirs['id']}/status", said).status == 200
    assert found(shop, "demenage") == [theirs["id"]]


def test_orders_of_an_older_release_are_found_by_all_in_pieces(shop: Inside) -> None:
    """Their notes, too, which the log alone knows."""
    details = cart()["shippingDetails"] | {"street": "9 chemin des Baobabs", "firstName": "Ancienne"}
    order, admin = shop.client().place(shippingDetails=details, notes="Avec un ruban"), shop.admin_once()
    page = f"/dashboard/orders/{order['id']}"
    assert admin.form(f"{page}/notes", {"notes": "Vue au marché"}, Cookie=admin.cookie).status == 303
    of_old(shop.database_url, order["id"], "ancienne")
    anew(shop.database_url)
    assert found(shop, "chemin baobabs") == found(shop, "ruban") == found(shop, "marche") == []
    [task] = [each for each in all_tasks() if each.name == "words"]
    with shop.app.app_context():
        while service.step(task):
            pass
    for words in ("chemin baobabs", "ruban", "marche"):
        assert found(shop, words) == [order["id"]], words
    index_is_whole(shop.database_url)


@pytest.fixture(scope="module")
def francs(new_database: NewDatabase) -> Any:
    with Inside(new_database(), SHOP_CURRENCY="XOF") as shop:
        yield shop


def test_francs_are_found_as_they_are_written(francs: Inside) -> None:
    product, client = add_product(francs, None, price="18450"), francs.client()
    order = client.place(orderItems=[{"productId": product, "quantity": 1}])
    client.place(orderItems=[{"productId": product, "quantity": 10}], phoneNumber="+221 77 418 45 07")
    marked = ("18 450 F CFA", "18450F", "18450 fcfa", "18.450 XOF", "18\u202f450\xa0F\u202fCFA", "Awa 18 450 F")
    for words in (*marked, "18,450"):
        assert found(francs, words) == [order["id"]], words
    for words in ("18 450", "18450", "18.450"):
        assert order["id"] in found(francs, words), words
