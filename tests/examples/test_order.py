"""The example of an order with artwork is one that needs nobody's look, and comes back whole."""

import json

from tests.support.inside import Inside
from tests.support.server import ROOT

BODY = json.loads((ROOT / "examples" / "order-with-artwork.json").read_text())


def test_it_is_taken_as_it_is(shop: Inside) -> None:
    answer = shop.client().post("/orders/guest", BODY)
    assert answer.status == 201
    order = shop.admin_once().get(f"/orders/{answer.data['id']}").data
    assert order["marks"] == []
    assert (order["totalAmount"], order["deliveryFee"]) == (57.8, 3)
    [sent], [line] = BODY["orderItems"], order["orderItems"]
    assert {name: line[name] for name in sent} == sent | {"delimitation": sent["delimitations"][0]}
    assert order["deliveryInfo"] == BODY["deliveryInfo"]
