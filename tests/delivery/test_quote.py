"""What a delivery costs: ours by id, else by name as the front end looks for it, else what was announced."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from printalma.db import reading
from printalma.delivery.models import Kind
from printalma.delivery.pricing import MAX_FEE
from printalma.delivery.service import Quote, choices, priced, quote
from printalma.lib.errors import NotFound
from tests.conftest import NewDatabase
from tests.delivery.setting_up import abroad, carrier, city, region, saved, switch, tariff
from tests.support.inside import Inside

HERE: dict[str, Any] = {"deliveryType": "city", "countryCode": "SN", "transporteurName": "Livraison standard"}
THERE: dict[str, Any] = {"deliveryType": "international", "countryCode": "FR", "countryName": "France"}
Ids = dict[str, str]


@pytest.fixture(scope="module")
def ids(shop: Inside) -> Ids:
    """The settings of this file's shop, whose currency is the euro; their ids."""
    zone, asia = abroad(shop, "Europe", "France, Belgique, ES"), abroad(shop, "Asie", "Chine, JP", "400")
    dhl, post, gone = carrier(shop, "DHL"), carrier(shop, "La Poste"), carrier(shop, "Disparu")
    found = {
        "mermoz": city(shop, "Mermoz", "10", time_min="24", time_max="48", time_unit="heures"),
        "plateau": city(shop, "Dakar-Plateau", "12", time_min="1", time_max="1", time_unit="jours"),
        "medina": city(shop, "Médina", "9"),
        "yoff": city(shop, "Yoff", "15", is_free="on"),
        "closed": city(shop, "Fermé", "5"),
        "thies": region(shop, "Thiès", "Thiès, Mbour, Tivaouane"),
        "ziguinchor": region(shop, "Ziguinchor", "Bignona, Oussouye", "35"),
        "europe": zone,
        "asia": asia,
        "dhl": dhl,
        "post": post,
        "by_dhl": tariff(shop, "Europe", "DHL", "280"),
        "by_post": tariff(shop, zone, post, "250"),
        "by_gone": tariff(shop, zone, gone, "1"),
    }
    switch(shop, Kind.CITY, found["closed"], False)
    switch(shop, Kind.CARRIER, gone, False)
    return found


def asked(
    shop: Inside, info: Any, street: str | None = "x", city: str | None = "", country: str | None = "Sénégal"
) -> Quote:
    with shop.app.app_context(), reading() as connection:
        return quote(connection, info, street, city, country, "EUR")


def fee(shop: Inside, info: Any, street: str | None = "x", city: str | None = "", country: str | None = "") -> int:
    return asked(shop, info, street, city, country).fee


def test_a_city_that_was_chosen(shop: Inside, ids: Ids) -> None:
    info = HERE | {"cityId": ids["mermoz"], "cityName": "Mermoz", "deliveryFee": 10, "deliveryTime": "24-48 heures"}
    expected = Quote(1000, "24-48 heures", None, "Mermoz", ids["mermoz"], doubtful=False)
    assert asked(shop, info, "Mermoz", "Dakar") == expected
    for announced in (9, 0, 11, None, "10,5", True, [10]):
        assert asked(shop, info | {"deliveryFee": announced}, "Mermoz") == Quote(
            **expected.__dict__ | {"doubtful": True}
        ), announced
    assert asked(shop, info | {"deliveryFee": "10.00"}, "Mermoz") == expected
    free = asked(shop, HERE | {"cityId": ids["yoff"], "deliveryFee": 0}, "Yoff")
    assert (free.fee, free.doubtful, free.time) == (0, False, None)


def test_a_dearer_street_behind_a_cheap_city_is_looked_at(shop: Inside, ids: Ids) -> None:
    info = HERE | {"cityId": ids["medina"], "deliveryFee": 9}
    assert asked(shop, info, "Médina").doubtful is False
    assert asked(shop, info, "12 rue de la Paix").doubtful is False
    assert asked(shop, info, "Mermoz").doubtful is True
    assert asked(shop, info, "Médina", country="France") == Quote(
        25_000, "5-8 jours", "La Poste", "Europe", ids["by_post"], doubtful=True
    )


@pytest.mark.parametrize(
    ("street", "city", "found"),
    [
        ("Mermoz", "Dakar", "mermoz"),
        ("  MÉRMOZ ", "", "mermoz"),
        ("Mer", "", "mermoz"),
        ("Medina", "", "medina"),
        ("édi", "", None),  # three letters begin a name; four may stand within
        ("edina", "", "medina"),
        ("plateau", "", "plateau"),
        ("Thies", "", "thies"),
        ("mbour", "", "thies"),
        ("MBO", "", "thies"),
        ("Bignona", "", "ziguinchor"),
        ("igui", "", "ziguinchor"),
        ("nulle part", "Thiès", "thies"),
        ("nulle part", "Yoff", "yoff"),
        ("Fermé", "", None),
        ("me", "", None),
        ("", "", None),
        ("...", "!!", None),
    ],
)
def test_a_place_by_what_was_typed(shop: Inside, ids: Ids, street: str, city: str, found: str | None) -> None:
    info = HERE | {"cityId": "", "cityName": street, "deliveryFee": 7.5}
    there = asked(shop, info, street, city)
    assert there.zone == (ids[found] if found else None)
    assert (there.doubtful, there.fee) == (True, there.fee if found else 750)
    again = asked(shop, info | {"deliveryFee": there.fee / 100}, street, city)
    assert again.doubtful is (found is None)


def test_a_city_nobody_knows_any_more_is_looked_for_by_its_name(shop: Inside, ids: Ids) -> None:
    info = HERE | {"cityId": "city-of-before", "cityName": "Mermoz", "deliveryFee": 10}
    assert asked(shop, info, "rue 10").zone == ids["mermoz"]
    assert asked(shop, info | {"cityId": ids["closed"], "cityName": "Fermé"}, "Fermé") == Quote(
        1000, None, "Livraison standard", "Fermé", None, doubtful=True
    )


def test_a_carrier_abroad(shop: Inside, ids: Ids) -> None:
    chosen = THERE | {"zoneTarifId": ids["by_dhl"], "transporteurId": ids["dhl"], "deliveryFee": 280}
    assert asked(shop, chosen, country="France") == Quote(28_000, "5-8 jours", "DHL", "Europe", ids["by_dhl"])
    for info, country, zone in (
        (chosen | {"zoneTarifId": "?"}, "France", "by_dhl"),
        (chosen | {"zoneTarifId": "?", "transporteurId": "?", "transporteurName": "la poste"}, "FR", "by_post"),
        (THERE, "BE", "by_post"),
        (THERE, "Espagne", "by_post"),
        (chosen | {"transporteurId": ids["post"]}, "France", "by_post"),  # the two do not belong together
        (chosen | {"zoneTarifId": ids["by_gone"], "transporteurId": None}, "France", "by_post"),
        (chosen, "Japon", "asia"),
        (chosen, "Atlantide", "by_dhl"),  # the address says no country: the front end's code does
        (chosen, None, "by_dhl"),
    ):
        assert asked(shop, info, country=country).zone == ids[zone], (info, country)
    nowhere = asked(shop, chosen | {"countryCode": "BR", "countryName": "Brésil"}, country="Brésil")
    assert (nowhere.zone, nowhere.fee, nowhere.doubtful, nowhere.place) == (None, 28_000, True, "Brésil")


def test_what_an_admin_may_choose(shop: Inside, ids: Ids) -> None:
    with shop.app.app_context(), reading() as connection:
        found = {choice.label: (choice.id, choice.fee) for choice in choices(connection)}
        assert found["Europe · La Poste"] == (ids["by_post"], 25_000)
        assert found["Asie"] == (ids["asia"], 40_000)
        assert found["Yoff"] == (ids["yoff"], 0)
        assert "Fermé" not in found
        assert "Europe" not in found
        for zone, amount in found.values():
            assert (priced(connection, zone).fee, priced(connection, zone).zone) == (amount, zone)
        with pytest.raises(NotFound):
            priced(connection, ids["closed"])


def test_who_says_nothing_of_a_delivery_pays_none(shop: Inside, ids: Ids) -> None:
    assert ids
    assert asked(shop, None, "Mermoz") == Quote()


@pytest.fixture(scope="module")
def bare_shop(new_database: NewDatabase) -> Iterator[Inside]:
    with Inside(new_database(), CORS_ORIGINS="") as shop:
        yield shop


FEES: list[tuple[Any, int]] = [
    *((1500, 150_000), (15.5, 1550), ("15.50", 1550), (" 15 ", 1500), (0, 0), (-3, 0), (-0.0, 0), (None, 0)),
    *((True, 0), ([], 0), ({}, 0), ("", 0), ("gratuit", 0), ("nan", 0), ("-inf", 0), ("inf", MAX_FEE), (0.005, 1)),
    *((1e300, MAX_FEE), (-1e300, 0), (10**400, MAX_FEE), (-(10**400), 0), ("1e999999", MAX_FEE), ("1e-999999", 0)),
    *(("9" * 5000, MAX_FEE), (float("inf"), MAX_FEE), (float("nan"), 0)),
]


@pytest.mark.parametrize(("announced", "minor"), FEES, ids=lambda value: str(value)[:12])
def test_without_settings_what_is_announced_counts(bare_shop: Inside, announced: Any, minor: int) -> None:
    info = HERE | {"deliveryFee": announced, "deliveryTime": "24-48 heures", "cityName": "Mermoz"}
    assert asked(bare_shop, info, "Mermoz") == Quote(minor, "24-48 heures", "Livraison standard", "Mermoz", None)


def test_a_shop_of_another_currency(bare_shop: Inside) -> None:
    with bare_shop.app.app_context(), reading() as connection:
        assert quote(connection, {"deliveryFee": "1500.00"}, "", "", "", "XOF").fee == 1500
        assert quote(connection, {"deliveryFee": 1500.4}, "", "", "", "XOF").fee == 1500
        assert quote(connection, {"deliveryFee": 1.5}, "", "", "", "TND").fee == 1500


def test_where_only_other_countries_have_prices_deliveries_from_here_are_as_announced(bare_shop: Inside) -> None:
    zone = abroad(bare_shop, "Europe", "France")
    assert asked(bare_shop, HERE | {"deliveryFee": 0}, "Mermoz").doubtful is False
    assert asked(bare_shop, THERE | {"deliveryFee": 0}, country="Brésil").doubtful is True
    switch(bare_shop, Kind.ABROAD, zone, False)
    assert asked(bare_shop, THERE | {"deliveryFee": 0}, country="Brésil").doubtful is False


def test_a_change_is_known_to_the_next_order_of_every_process(
    shop: Inside, ids: Ids, new_database: NewDatabase
) -> None:
    other = Inside(shop.database_url, CORS_ORIGINS="")
    try:
        info = HERE | {"cityId": "city-new"}
        assert [fee(each, info, "Nouveau Quartier") for each in (shop, other)] == [0, 0]
        saved(shop, Kind.CITY, name="Nouveau Quartier", price="33")
        assert [fee(each, info, "Nouveau Quartier") for each in (shop, other)] == [3300, 3300]
    finally:
        other.close()


def test_nothing_that_is_sent_raises(shop: Inside, ids: Ids) -> None:
    """Odd values in every place, by a fixed lot."""
    lot = random.Random(15)
    names = [*HERE, *THERE, "cityId", "regionId", "zoneId", "zoneTarifId", "transporteurId", "deliveryFee", "cityName"]
    odd: list[Any] = [None, True, -1, 2**70, 1e308, float("nan"), "", " ", "\0", "\ud800", "İ" * 300, "٣", [], {}, [[]]]
    odd += [*ids.values(), "Mermoz", "FR", "😀", "a\nb", "x" * 10_000, "1e5", "0x10", "١٢", 10**5000]
    with shop.app.app_context(), reading() as connection:
        for _ in range(1000):
            info: Any = {name: lot.choice(odd) for name in lot.sample(names, lot.randint(0, len(names)))}
            info = lot.choice(odd) if lot.random() < 0.1 else info
            street, city, country = [text if isinstance(text := lot.choice(odd), str) else None for _ in range(3)]
            found = quote(connection, info, street, city, country, lot.choice(("EUR", "XOF", "TND")))
            assert 0 <= found.fee <= MAX_FEE
            json.dumps(found.__dict__).encode()
            for word in (found.time, found.carrier, found.place):
                assert word is None or (0 < len(word) <= 100 and "\0" not in word and word.encode())
