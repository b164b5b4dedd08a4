"""What a checkout reads of delivery and payment: bare arrays, money as text, only what is switched on."""

from collections.abc import Iterator
from typing import Any

import pytest

from printalma.delivery.models import Kind
from tests.conftest import NewDatabase
from tests.delivery.setting_up import abroad, carrier, city, region, switch, tariff
from tests.support.inside import Inside

FRONT = "https://boutique.example"
FIVE = ("cities", "regions", "international-zones", "transporteurs", "zone-tarifs")


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase) -> Iterator[Inside]:
    with Inside(new_database(), CORS_ORIGINS=FRONT, SHOP_CURRENCY="XOF") as shop:
        yield shop


@pytest.fixture(scope="module", autouse=True)
def settings(shop: Inside) -> None:
    xof = {"currency": "XOF"}
    city(shop, "Mermoz", "1000", time_min="24", time_max="48", time_unit="heures", **xof)
    city(shop, "Pikine", "1 500", zone_type="banlieue", category="suburb", is_free="on", **xof)
    region(shop, "Thiès", "Thiès, Mbour", "2000", **xof)
    abroad(shop, "Europe", "France, ES", "30000", **xof)
    carrier(shop, "DHL", logo="https://dhl.example/logo.png")
    tariff(shop, "Europe", "DHL", "28000", standard_price="30000", **xof)
    # What is switched off, and what hangs on it, is nobody's choice.
    for kind, off in ((Kind.CITY, city(shop, "Fermé")), (Kind.ABROAD, abroad(shop, "Lune", "Lune"))):
        switch(shop, kind, off, False)
    tariff(shop, "Lune", "DHL")
    tariff(shop, "Europe", gone := carrier(shop, "Disparu"))
    switch(shop, Kind.CARRIER, gone, False)


def found(shop: Inside, name: str) -> Any:
    answer = shop.client().get(f"/delivery/{name}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    return [{k: v for k, v in each.items() if k not in ("createdAt", "updatedAt")} for each in answer.json]


def test_cities(shop: Inside) -> None:
    mermoz, pikine = found(shop, "cities")
    assert mermoz == {
        **{"id": "city-mermoz", "name": "Mermoz", "category": "Résidentiel", "zoneType": "dakar-ville"},
        **{"status": "active", "price": "1000", "isFree": False},
        **{"deliveryTimeMin": 24, "deliveryTimeMax": 48, "deliveryTimeUnit": "heures"},
    }
    assert (pikine["isFree"], pikine["price"], pikine["category"]) == (True, "1500", "Banlieue")
    assert [pikine[f"deliveryTime{part}"] for part in ("Min", "Max", "Unit")] == [None, None, None]
    assert [each["name"] for each in found(shop, "cities?zoneType=banlieue")] == ["Pikine"]
    assert len(found(shop, "cities?zoneType=")) == 2
    assert shop.client().get("/delivery/cities?zoneType=lune").status == 400


def test_regions_zones_carriers_and_tariffs(shop: Inside) -> None:
    times = {"deliveryTimeMin": 1, "deliveryTimeMax": 2, "deliveryTimeUnit": "jours"}
    thies = {"id": "region-thies", "name": "Thiès", "status": "active", "price": "2000", "mainCities": "Thiès, Mbour"}
    assert found(shop, "regions") == [thies | times]
    europe: dict[str, str | int] = {"id": "zone-europe", "name": "Europe", "status": "active", "price": "30000"}
    europe |= {"deliveryTimeMin": 7, "deliveryTimeMax": 14}
    assert found(shop, "international-zones") == [europe | {"countries": ["France", "ES"]}]
    dhl = {"id": "carrier-dhl", "name": "DHL", "logoUrl": "https://dhl.example/logo.png", "status": "active"}
    assert found(shop, "transporteurs") == [dhl | {"deliveryZones": ["zone-europe"]}]
    [only] = found(shop, "zone-tarifs")
    inner = {name: only.pop(name) for name in ("transporteur", "internationalZone")}
    assert only == {
        **{"id": "tariff-zone-europe-carrier-dhl", "zoneId": "zone-europe", "zoneName": "Europe", "status": "active"},
        **{"transporteurId": "carrier-dhl", "transporteurName": "DHL", "transporteurLogo": dhl["logoUrl"]},
        **{"prixTransporteur": "28000", "prixStandardInternational": "30000"},
        **{"delaiLivraisonMin": 5, "delaiLivraisonMax": 8, "countries": ["France", "ES"]},
    }
    assert inner["transporteur"] | dhl == inner["transporteur"]
    countries = [{"id": n, "zoneId": "zone-europe", "country": name} for n, name in ((1, "France"), (2, "ES"))]
    assert inner["internationalZone"] | europe | {"countries": countries} == inner["internationalZone"]


@pytest.mark.parametrize("name", FIVE)
def test_a_listed_front_end_asks_with_cookies_and_a_preflight(shop: Inside, name: str) -> None:
    path = f"/delivery/{name}"
    wanted = {"Access_Control_Request_Method": "GET", "Access_Control_Request_Headers": "content-type"}
    asked = shop.client().raw("OPTIONS", path, None, Origin=FRONT, **wanted)
    assert (asked.status, asked.headers["Access-Control-Allow-Origin"]) == (204, FRONT)
    assert asked.headers["Access-Control-Allow-Headers"] == "content-type"
    sent = {"Origin": FRONT, "Content_Type": "application/json", "Cookie": "auth_token=of-the-shop"}
    answer = shop.client().get(path, **sent)
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, FRONT)
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    stranger = shop.client().get(path, **sent | {"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in stranger.headers


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
def test_what_has_not_changed_is_not_sent_again(shop: Inside, encoding: str) -> None:
    sent = {"Origin": FRONT, "Accept_Encoding": encoding}
    first = shop.client().get("/delivery/cities", **sent)
    assert first.headers["Cache-Control"] == "no-cache"
    tag = first.headers["ETag"]
    again = shop.client().get("/delivery/cities", If_None_Match=tag, **sent)
    assert (again.status, again.text, again.headers["Access-Control-Allow-Origin"]) == (304, "", FRONT)
    off = city(shop, f"Passager {encoding}", currency="XOF")
    assert shop.client().get("/delivery/cities", If_None_Match=tag, **sent).status == 200
    switch(shop, Kind.CITY, off, False)


def test_ways_to_pay_are_cash_until_the_shop_says_more(shop: Inside) -> None:
    cash = {"provider": "CASH_ON_DELIVERY", "isActive": True, "mode": "live", "label": "Paiement à la livraison"}
    assert shop.client().get("/payment-methods").json == {"paymentMethods": [cash]}
    assert shop.client().get("/payment-config/cash-on-delivery").json == {"isEnabled": True}


def test_what_is_wrong_is_said_to_programs(shop: Inside) -> None:
    for path in ("/delivery/calculate-fee", "/delivery", "/payment-config/PAYDUNYA"):
        answer = shop.client().get(path, Accept="text/html")
        assert (answer.status, answer.json["statusCode"]) == (404, 404), path
    assert shop.client().post("/delivery/cities", {}).status == 405
