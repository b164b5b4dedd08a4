"""What people have in hand, pasted into the search: a number, a card, a mail's head, our own notification."""

from typing import Any

import pytest

from tests.orders.test_search import PLACE, found, listed
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop

pytestmark = ON_SQLITE

ABROAD = {
    "senegal": ("Sénégal", "77 123 45 01", "221", "771234501"),
    "france": ("France", "06 12 34 56 02", "33", "612345602"),
    "ivory": ("Côte d'Ivoire", "07 07 12 34 03", "225", "0707123403"),
    "mali": ("ML", "65 12 34 04", "223", "65123404"),
}


def spellings(country: str) -> list[str]:
    """One number as it is written everywhere."""
    _, home, code, rest = ABROAD[country]
    digits = home.replace(" ", "")
    dotted, dashed = home.replace(" ", "."), home.replace(" ", "-")
    spaced = f"{rest[:2]} {rest[2:5]} {rest[5:7]} {rest[7:]}".strip()
    return [
        home, digits, dotted, dashed, home.replace(" ", "\u00a0"), home.replace(" ", "\u2011"),
        f"({home[:2]}) {home[3:]}",
        *(f"{sign}{number}" for sign in ("+", "00") for number in (f"{code}{rest}", f"{code} {spaced}")),
        f"{code}{rest}", f"{code} {spaced}", f"+{code}.{rest[:3]}.{rest[3:]}", f"+{code} (0){rest.lstrip('0')}",
        f"tel:+{code}{rest}", f"Tél. {home}", f"https://wa.me/{code}{rest}", f"\u202a+{code}\u200b {spaced}\u202c",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def shop(own_shop: Shop) -> Shop:
    """What is counted and found is of this file alone. Its country is France's: that of its time zone."""
    return own_shop


@pytest.fixture(scope="module")
def phoned(shop: Shop) -> dict[str, set[int]]:
    """For each country an order for every other way to write its number."""
    return {
        name: {
            shop.client().place(shippingDetails=PLACE | {"country": country}, phoneNumber=typed)["id"]
            for typed in spellings(name)[::2]
            if len(typed) <= 40
        }
        for name, (country, *_) in ABROAD.items()
    }


@pytest.mark.parametrize(
    ("country", "asked"), [(name, asked) for name in ABROAD for asked in spellings(name)], ids=ascii
)
def test_a_number_is_found_whichever_way_either_was_written(
    shop: Shop, phoned: dict[str, set[int]], country: str, asked: str
) -> None:
    assert set(found(shop, asked)) == phoned[country]


def test_a_number_is_found_while_it_is_typed(shop: Shop, phoned: dict[str, set[int]]) -> None:
    for part in ("06 12 34 5", "+33 6 12 34", "0033 6 12 34", "+33 (0)6 12 34", "612 34"):
        assert set(found(shop, part)) == phoned["france"], part


@pytest.mark.parametrize(("typed", "country"), [("78 333 44 05", None), ("+221 78 333 44 05", "Wakanda")])
def test_a_country_that_is_said_is_the_only_one(shop: Shop, typed: str, country: str | None) -> None:
    place = {"shippingDetails": PLACE | {"country": country}} if country else {}
    address = {} if country else {"shippingDetails": ..., "shippingAddress": "Quelque part"}
    order = shop.client().place(phoneNumber=typed, **place, **address)
    home, abroad = ("+33 7 83 33 44 05", "+221 78 333 44 05")[:: 1 if country is None else -1]
    assert order["id"] in found(shop, home)
    assert order["id"] not in found(shop, abroad)
    assert order["id"] in found(shop, "78 333 44 05"), "whoever says no country means any"


def test_two_numbers_in_one_field_are_both_found(shop: Shop) -> None:
    order = shop.client().place(phoneNumber="77 555 66 01 / 70 555 66 02")
    for words in ("+221 77 555 66 01", "00221705556602", "Awa 70 555 66 02"):
        assert found(shop, words) == [order["id"]], words


@pytest.fixture(scope="module")
def fatou(shop: Shop) -> dict[str, Any]:
    """An order that is told apart, with others around it."""
    details = {"firstName": "Fatou Bintou", "lastName": "Sow-Faye", **PLACE, "city": "Ziguinchor"}
    orders = [shop.client().place() for _ in range(2)]
    items = [{"productId": 1, "quantity": 1, "size": "33,5 cl"}]
    order = shop.client().place(shippingDetails=details, email="fatou.b@example.org", orderItems=items)
    return {"around": [*orders, shop.client().place()]} | order


@pytest.mark.parametrize(
    "pasted",
    [
        "Sow, Fatou", "Faye,Fatou", "Mme Faye", "mme. faye", "Madame Sow Faye", "Mlle Fatou", "Dr Faye", "M. Sow",
        "M.Faye", "mme.sow", "MAILTO:fatou.b@example.org", "mailto:fatou.b@example.org?subject=Commande&body=x",
        "Mr Sow", '"Fatou Bintou"', "« Fatou Bintou »", "“Fatou” Bintou", "(Fatou)", "[Sow]", "Fatou;Sow",
        "Faye.",         "Fatou B <fatou.b@example.org>", "fatou.b@example.org,", "<fatou.b@example.org>",
        "mailto:fatou.b@example.org",
        "Maman <FATOU.B@example.org>", "fatou.b@example.org.",
        "Fa\u200btou \u202eSow\u202c", "fa\u00adtou.b@exam\ufeffple.org",
        "33,5 cl fatou", "Fatou\u2028Bintou", "  faye\t\n",
    ],
    ids=ascii,
)  # fmt: skip
def test_people_are_found_as_they_are_written_elsewhere(shop: Shop, fatou: dict[str, Any], pasted: str) -> None:
    assert found(shop, pasted) == [fatou["id"]]


@pytest.mark.parametrize(
    "pasted",
    [
        "{n}", "({n})", "n°{n}", "n° {n}", "N°{n}", "nº {n}", "№{n}", "#{n}", "« {n} »", "{n}.", "{n},", "*{n}*",
        "{n}\u200b",
        "Commande #{n} - 2490 F CFA", "Commande #{n} - 24.9€", "Commande #{n}: PENDING → CONFIRMED",
        "Votre commande #{n} est maintenant: Confirmée",
        "\U0001f195 Nouvelle commande reçue !\r\nCommande #{n} - 24.9€",
        "https://shop.example/suivi/{n}", "Bonjour, où en est {n} svp ?",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_number_stands_for_all_that_is_said_around_it(shop: Shop, fatou: dict[str, Any], pasted: str) -> None:
    number = fatou["orderNumber"]
    assert found(shop, pasted.format(n=number)) == [fatou["id"]]
    assert found(shop, pasted.format(n=number).lower()) == [fatou["id"]]
    assert found(shop, pasted.format(n=f"CMD {number[3:11]} {number[11:]}")) == [fatou["id"]]


def test_titles_and_signs_alone_are_searched_for_as_they_are(shop: Shop, fatou: dict[str, Any]) -> None:
    everything = listed(shop.admin_once(), "")
    for nothing in ("%23", "%E2%80%8B", "%E2%80%AE%20"):
        assert listed(shop.admin_once(), f"q={nothing}") == everything, nothing
    for unknown in ("mlle", "((", '""', "<>", "…"):
        assert found(shop, unknown) == [], unknown


def test_a_new_order_comes_into_an_open_search_that_finds_it(shop: Shop) -> None:
    admin = shop.admin()
    searches = ("q=%2B221+76+777+88+01", "q=%22Live+Sow%22", "q=Sow%2C+Mme+Live")
    views = [admin.dashboard(f"/dashboard?{query}", admin.last_event()) for query in searches]
    other = admin.dashboard("/dashboard?q=%2B33+76+777+88+01", admin.last_event())
    details = {"firstName": "Live", "lastName": "Sow", **PLACE, "country": "Sénégal"}
    order = shop.client().place(shippingDetails=details, phoneNumber="76 777 88 01")
    arrival = f'<data value="{order["id"]}">'
    for view in views:
        assert arrival in view.wait_for(order["orderNumber"])
    assert arrival not in other.wait_for(order["orderNumber"])
