"""What an order's delivery costs, who brings it and when: on its page, on its slip, in the file."""

import csv
import re
from io import StringIO

import pytest

from tests.support import database as db
from tests.support.inside import Inside

WAY = {"place": "<b>Mermoz</b>", "carrier": "DHL", "time": "24-48 heures"}
SET = "UPDATE orders SET shipping_amount = :fee, total = subtotal + :fee, delivery_place = :place, carrier = :carrier, "


@pytest.fixture(scope="module")
def shop(common_shop: Inside) -> Inside:
    return common_shop


def placed(shop: Inside, fee: int, **way: str) -> int:
    order: int = shop.client().place()["id"]
    said = dict.fromkeys(WAY) | way
    db.execute(shop.database_url, f"{SET} delivery_time = :time WHERE id = :id", id=order, fee=fee, **said)
    return order


def page(shop: Inside, path: str) -> str:
    admin = shop.admin_once()
    answer = admin.get(path, Cookie=admin.cookie)
    assert answer.status == 200
    return re.sub("[ \n]+", " ", answer.text)


def test_a_fee_is_part_of_what_is_collected(shop: Inside) -> None:
    order = placed(shop, 1550, **WAY)
    shown = page(shop, f"/dashboard/orders/{order}")
    for part in ("49,80\xa0€", "15,50\xa0€", "65,30\xa0€", "<bdi>&lt;b&gt;Mermoz&lt;/b&gt;</bdi> · <bdi>DHL</bdi>"):
        assert part in shown, part
    slip = page(shop, f"/dashboard/print?ids={order}")
    for part in ("<bdi>DHL</bdi> · <bdi>24-48 heures</bdi>", "<strong>65,30\xa0€</strong>", "dont 15,50\xa0€"):
        assert part in slip, part
    admin = shop.admin_once()
    text = admin.get("/dashboard/orders.csv", Cookie=admin.cookie).text.removeprefix("\ufeff")
    row = next(csv.DictReader(StringIO(text), delimiter=";"))
    names = ("Livraison", "Total", "Lieu de livraison", "Transporteur", "Délai")
    assert [row[name].strip("\u200b") for name in names] == ["15,50", "65,30", "<b>Mermoz</b>", "DHL", "24-48 heures"]


def test_a_free_delivery_and_none(shop: Inside) -> None:
    assert "Gratuit" in page(shop, f"/dashboard/orders/{placed(shop, 0, place='Yoff')}")
    older = placed(shop, 0)
    assert "Sous-total" not in page(shop, f"/dashboard/orders/{older}")
    slip = page(shop, f"/dashboard/print?ids={older}")
    assert ("dont" in slip, "Livraison :" in slip) == (False, False)
