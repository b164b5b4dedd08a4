"""An order of the shop's front end, priced by the settings: what is collected, and when somebody looks."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import NewDatabase
from tests.delivery.test_pages import SETTINGS, page, send
from tests.support import database as db
from tests.support.client import CART, cart
from tests.support.inside import Inside

HERE = {
    "deliveryType": "city",
    "countryCode": "SN",
    "transporteurName": "Livraison standard",
    "deliveryTime": "Standard",
}
THERE = {"deliveryType": "international", "countryCode": "FR", "countryName": "France", "transporteurName": "DHL"}
AT_MERMOZ = {"street": "Mermoz", "city": "Dakar", "country": "Sénégal"}
AT_MBOUR = {"street": "Mbour", "city": "Mbour", "country": "Sénégal"}
IN_FRANCE = {"street": "14 rue des Lilas", "city": "Lyon", "country": "France"}


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase) -> Iterator[Inside]:
    with Inside(new_database(), CORS_ORIGINS="", SHOP_CURRENCY="XOF", SHOP_TZ="Africa/Dakar") as shop:
        yield shop


def ordered(shop: Inside, info: Any, address: dict[str, str]) -> tuple[dict[str, Any], str]:
    """The order as it is answered, and its marks."""
    shipping = CART["shippingDetails"] | address
    answer = shop.client().post("/orders/guest", cart(shippingDetails=shipping, deliveryInfo=info))
    assert answer.status == 201, answer.text
    marks = db.select(shop.database_url, "SELECT marks FROM orders WHERE id = :id", id=answer.data["id"])[0].marks
    return answer.data, marks


def test_before_there_are_settings_and_with_them(shop: Inside) -> None:
    order, marks = ordered(shop, HERE | {"cityId": "", "cityName": "Mermoz", "deliveryFee": 777}, AT_MERMOZ)
    goods = order["subtotal"]
    assert (order["deliveryFee"], order["totalAmount"], "delivery" in marks) == (777, goods + 777, False)
    assert send(shop, f"{SETTINGS}/sample", {}).status == 303
    tariff = {"zoneTarifId": "tariff-zone-europe-carrier-dhl", "transporteurId": "carrier-dhl", "deliveryFee": 38_000}
    for info, address, fee, is_marked in (
        (HERE | {"cityId": "city-mermoz", "cityName": "Mermoz", "deliveryFee": 1500}, AT_MERMOZ, 1500, False),
        (HERE | {"cityId": "city-mermoz", "cityName": "Mermoz", "deliveryFee": 0}, AT_MERMOZ, 1500, True),
        (HERE | {"cityId": "", "cityName": "Mbour", "deliveryFee": 2500}, AT_MBOUR, 2500, False),
        (THERE | tariff, IN_FRANCE, 38_000, False),
        (THERE | tariff | {"deliveryFee": 1}, IN_FRANCE, 38_000, True),
        (
            HERE | {"cityId": "", "cityName": "Lune", "deliveryFee": 9},
            {**AT_MBOUR, "street": "x", "city": "y"},
            9,
            True,
        ),
        (..., AT_MERMOZ, 0, False),
    ):
        order, marks = ordered(shop, info, address)
        assert (order["deliveryFee"], order["totalAmount"]) == (fee, goods + fee), info
        assert ("delivery" in marks) is is_marked, info


def test_what_the_courier_collects(shop: Inside) -> None:
    send(shop, f"{SETTINGS}/sample", {})
    info = HERE | {"cityId": "city-mermoz", "cityName": "Mermoz", "deliveryFee": 1500}
    order, _ = ordered(shop, info, AT_MERMOZ)
    slip = page(shop, f"/dashboard/print?ids={order['id']}").replace("\u202f", " ").replace("\xa0", " ")
    assert f"{order['totalAmount'] // 1000} {order['totalAmount'] % 1000:03} F CFA" in slip
    assert "dont 1 500 F CFA de livraison" in slip
    assert "24-48 heures" in slip
