"""A search that finds nothing asks what was meant: the nearest names that orders have, with what a click will show."""

import html
import re
from typing import Any
from urllib.parse import quote

import pytest

from printalma.db import transaction
from printalma.orders.listing import known_words
from printalma.tidying import service
from printalma.tidying.tasks import all_tasks
from tests.mending.test_mending import mend
from tests.support import database as db
from tests.support.inside import Inside

PLACE = {"street": "1 rue", "country": "Sénégal"}
# How often each name was ordered under: the last one is misspelt itself.
NAMES = {
    ("Awa", "Coulibaly", "Ziguinchor"): 4,
    ("Mamadou", "Diallo", "Dakar"): 3,
    ("Aïssatou", "Sow", "Thiès"): 2,
    ("Ndèye", "N'Guessan", "Saint-Louis"): 2,
    ("MARIAMA", "kone", "Ouagadougou"): 1,
}
NEW = 200  # orders whose words are read from themselves


@pytest.fixture(scope="module")
def shop(own_shop: Inside) -> Inside:
    """What is counted is of this file alone."""
    return own_shop


@pytest.fixture(scope="module")
def orders(shop: Inside) -> dict[str, list[int]]:
    placed: dict[str, list[int]] = {}
    for (first, last, city), n in NAMES.items():
        details = {"firstName": first, "lastName": last, "city": city, **PLACE}
        placed[last] = [shop.client().place(shippingDetails=details)["id"] for _ in range(n)]
    return placed


def asked(shop: Inside, query: str) -> str:
    """What the list says of a search, as somebody reads it; and that its links lead to as many orders."""
    admin = shop.admin_once()
    page = admin.get(f"/dashboard?{query}", Cookie=admin.cookie)
    assert page.status == 200, query
    found = re.search(r'<p class="meant">(.*?)</p>', page.text, re.S)
    if found is None:
        return ""
    links = re.findall(r'<a href="([^"]+)"><bdi>.*?</bdi></a> \((\d+)\)', found[1])
    for address, total in links:
        list_of = admin.get(html.unescape(address), Cookie=admin.cookie)
        assert len(re.findall(r'<tr id="order-\d+"', list_of.text)) == int(total), address
    return html.unescape(" ".join(re.sub("<[^>]+>", "", found[1]).split()))


def meant(shop: Inside, typed: str, **filters: str) -> str:
    query = "".join(f"&{name}={value}" for name, value in filters.items())
    return asked(shop, f"q={quote(typed)}{query}")


@pytest.fixture(params=["of the newest orders", "known"])
def known(request: pytest.FixtureRequest, shop: Inside, orders: dict[str, list[int]], monkeypatch: Any) -> None:
    """Where the names are read: from the newest orders themselves, or where tidying has put them."""
    if request.param == "known":
        gather(shop)
        monkeypatch.setattr("printalma.orders.listing.suggestions.NEW", 0)


def gather(shop: Inside) -> None:
    [task] = [each for each in all_tasks() if each.name == "names"]
    with shop.app.app_context():
        while service.step(task):
            pass


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Koulibaly", "Coulibaly (4)"),
        ("Dialo", "Diallo (3)"),
        ("aisatou", "Aïssatou (2)"),
        ("Ndeyye", "Ndèye (2)"),
        ("Zigunchor", "Ziguinchor (4)"),
        ("ziguinchore", "Ziguinchor (4)"),
        ("NGESSAN", "N'Guessan (2)"),
        ("Mariamma", "Mariama (1)"),
        ("Wagadougou", "Ouagadougou (1)"),
        ("Aisatu", "Aïssatou (2)"),
        ("Zinguichor", "Ziguinchor (4)"),
    ],
)
def test_a_misspelt_name_is_asked_for(shop: Inside, typed: str, said: str) -> None:
    assert meant(shop, typed) == f"Vouliez-vous dire {said} ?"


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Awa Koulibaly", "Awa Coulibaly (4)"),
        ("koulibaly, awa", "Coulibaly, awa (4)"),
        ("Kouliballi Awa Zigunchor", "Coulibaly Awa Ziguinchor (4)"),
        ("Mme Aisatu Sow", "Mme Aïssatou Sow (2)"),
        ("Ndeyye-Ngessan", "Ndèye-N'Guessan (2)"),
        ("Dialo baobab", "Diallo baobab (3)"),
    ],
)
def test_of_several_words_the_misspelt_ones_are_replaced(shop: Inside, typed: str, said: str) -> None:
    assert meant(shop, typed) == f"Vouliez-vous dire {said} ?"


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    "typed",
    ["xkcdqz", "Diallo", "77 123 99 99", "nobody@example.org", "CMD20200101001", "a", "%00", "é" * 100, "'" * 9],
)
def test_what_is_like_nothing_or_found_asks_nothing(shop: Inside, typed: str) -> None:
    assert meant(shop, typed) == ""


def test_words_that_no_order_has_together_may_each_be_misspelt(shop: Inside, orders: dict[str, list[int]]) -> None:
    details = {"firstName": "Koulibaly", "lastName": "Encore", "city": "Kaolack", **PLACE}
    shop.client().place(shippingDetails=details, email="encore@example.org")
    assert meant(shop, "Awa Koulibaly") == "Vouliez-vous dire Awa Coulibaly (4) ?"


def test_counts_are_of_the_filters_in_force(shop: Inside, orders: dict[str, list[int]]) -> None:
    admin = shop.admin_once()
    for order_id in orders["Diallo"][:2]:
        admin.patch(f"/orders/{order_id}/status", {"status": "CONFIRMED"})
    assert meant(shop, "Dialo", status="CONFIRMED") == "Vouliez-vous dire Diallo (2) ?"
    assert meant(shop, "Dialo", period="today") == "Vouliez-vous dire Diallo (3) ?"
    assert meant(shop, "Dialo", status="SHIPPED") == "Sans les autres filtres : Diallo (3)"
    assert meant(shop, "Diallo", period="yesterday") == "Sans les autres filtres : Diallo (3)"


def test_the_api_tells_them_as_well(shop: Inside, orders: dict[str, list[int]]) -> None:
    admin = shop.admin_once()
    found = admin.get("/orders/admin/all?search=Zigunchor").data
    assert found["suggestions"] == [{"search": "Ziguinchor", "total": 4, "totalIsExact": True}]
    assert "suggestions" not in admin.get("/orders/admin/all?search=Ziguinchor").data
    assert admin.get("/orders/admin/all?search=xkcdqz").data["suggestions"] == []


@pytest.mark.parametrize("odd", ["'" * 70 + "abc", "'ß" * 30, "N" + "’" * 57 + "om"])
def test_a_name_of_signs_keeps_no_other_from_being_known(shop: Inside, odd: str) -> None:
    order = shop.client().place(shippingDetails={"firstName": odd, "lastName": "Sagnane", "city": "Dakar", **PLACE})
    gather(shop)
    assert "sagnane" in {row.word for row in db.select(shop.database_url, "SELECT word FROM known_words")}
    assert mend(shop.admin_once(), order, name=f"Autre {odd}").status == 303


def test_a_name_that_is_corrected_is_known_and_the_old_one_forgotten(
    shop: Inside, orders: dict[str, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    details = {"firstName": "Khoudia", "lastName": "Mbodji", "city": "Dakar", **PLACE}
    order = shop.client().place(shippingDetails=details)
    gather(shop)
    monkeypatch.setattr("printalma.orders.listing.suggestions.NEW", 0)
    assert meant(shop, "Mbodgi") == "Vouliez-vous dire Mbodji (1) ?"
    assert mend(shop.admin_once(), order, name="Anonyme Inconnue").status == 303
    assert meant(shop, "Mbodgi") == ""
    assert meant(shop, "Innconue") == "Vouliez-vous dire Inconnue (1) ?"
    held = {row.word for row in db.select(shop.database_url, "SELECT word FROM known_words")}
    spelt = {row.word for row in db.select(shop.database_url, "SELECT DISTINCT word FROM word_letters")}
    assert held == spelt
    assert not {"khoudia", "mbodji"} & held
    assert {"anonyme", "inconnue", "dakar"} <= held


def test_names_gathered_twice_are_known_once_and_no_more_than_there_is_room_for(
    shop: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shop.app.app_context():
        for _ in range(2):
            transaction(lambda tx: known_words.learn(tx, {"uniquement": "Uniquement"}))
        monkeypatch.setattr(known_words, "MAX_WORDS", 1)
        transaction(lambda tx: known_words.learn(tx, {"deborde": "Déborde"}))
    known = [row.word for row in db.select(shop.database_url, "SELECT word FROM known_words")]
    assert known.count("uniquement") == 1
    assert "deborde" not in known
