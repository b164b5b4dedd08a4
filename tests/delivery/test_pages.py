"""The settings' pages: add, edit, switch off, a file in and out, the ways to pay; and what two do at once."""

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import NewDatabase
from tests.orders.test_placing import at_once
from tests.support import database as db
from tests.support.client import Answer
from tests.support.forms import Form, form
from tests.support.inside import Inside
from tests.support.matrix import ON_POSTGRES

pytestmark = ON_POSTGRES

SETTINGS = "/dashboard/delivery"
PAYMENTS = "/dashboard/payment-methods"
FILE = f"{SETTINGS}/file"
HOSTILE = '=HYPERLINK("http://evil.example")<script>alert(1)</script>'
CITY = {"name": "Mermoz", "zone_type": "dakar-ville", "category": "residential", "price": "12,50", "active": "on"}


@pytest.fixture
def shop(new_database: NewDatabase) -> Iterator[Inside]:
    """Most tests have their own: they count what is there."""
    with Inside(new_database(), CORS_ORIGINS="") as shop:
        yield shop


def page(shop: Inside, path: str = SETTINGS) -> str:
    admin = shop.admin_once()
    answer = admin.get(path, Cookie=admin.cookie)
    assert answer.status == 200, answer.text
    return answer.text


def send(shop: Inside, path: str, fields: Any) -> Answer:
    admin = shop.admin_once()
    return admin.form(path, fields, Cookie=admin.cookie)


def upload(shop: Inside, content: str | bytes, key: str | None = None) -> Answer:
    """A file, sent as a browser sends it."""
    admin, boundary = shop.admin_once(), uuid4().hex
    data = content.encode() if isinstance(content, str) else content
    named = f'--{boundary}\r\nContent-Disposition: form-data; name="'
    said = f'{named}form_key"\r\n\r\n{key or uuid4().hex}\r\n{named}file"; filename="livraison.csv"\r\n\r\n'
    body = said.encode() + data + f"\r\n--{boundary}--\r\n".encode()
    sent = {"Content_Type": f"multipart/form-data; boundary={boundary}", "Origin": admin.url, "Cookie": admin.cookie}
    return admin.raw("POST", FILE, body, **sent)


def offered(shop: Inside, what: str = "cities") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.client().get(f"/delivery/{what}").json
    return found


def events(shop: Inside) -> Sequence[Any]:
    return db.select(
        shop.database_url, "SELECT type, actor_id FROM events WHERE type LIKE 'Delivery%' OR type LIKE 'Pay%'"
    )


def exported(shop: Inside) -> str:
    return page(shop, "/dashboard/delivery.csv")


def wrong_lines(answer: Answer) -> list[str]:
    listed = re.search(r'role="alert">(.*?)</div>', answer.text, re.DOTALL)
    assert listed, answer.text
    return [
        " ".join(re.sub("<[^>]*>", "", line).split()) for line in re.findall(r"<li>(.*?)</li>", listed[1], re.DOTALL)
    ]


def test_a_place_is_added_edited_and_switched_off(shop: Inside) -> None:
    assert send(shop, f"{SETTINGS}/city/new", CITY | {"name": HOSTILE}).headers["Location"] == f"{SETTINGS}#city"
    [city] = offered(shop)
    assert (city["name"], city["price"]) == (HOSTILE, "12.50")
    assert "<script>alert" not in page(shop)
    path = f"{SETTINGS}/city/{city['id']}"
    there = form(page(shop, path), path)
    assert dict(there.fields)["price"] == "12,50"
    times = {"time_min": "24", "time_max": "48"}
    assert send(shop, path, there.filled(name="Mermoz", price="20", **times)).status == 303
    [city] = offered(shop)
    assert (city["name"], city["price"], city["deliveryTimeMax"], city["deliveryTimeUnit"]) == (
        *("Mermoz", "20.00", 48, "heures"),
    )
    for active, there_are in (("off", 0), ("off", 0), ("on", 1)):
        assert send(shop, f"{path}/active", {"active": active}).status == 303
        assert len(offered(shop)) == there_are
    assert [found.type for found in events(shop)] == ["DeliveryChanged"] * 4
    assert {found.actor_id for found in events(shop)} == {1}


def test_the_five_kinds_have_forms(shop: Inside) -> None:
    fields = {
        "region": {"name": "Thiès", "places": "Thiès, Mbour", "price": "20", "time_unit": "jours"},
        "zone": {"name": "Europe", "places": "France, ES", "price": "300", "time_min": "7", "time_max": "14"},
        "carrier": {"name": "DHL", "logo": "https://dhl.example/logo.png"},
    }
    tariff = {"place_id": "zone-europe", "carrier_id": "carrier-dhl", "price": "280", "time_min": "5", "time_max": "8"}
    for kind, said in (fields | {"tariff": tariff, "city": CITY}).items():
        there: Form = form(page(shop, f"{SETTINGS}/{kind}/new"), f"{SETTINGS}/{kind}/new")
        assert send(shop, there.path, there.filled(**said)).status == 303, kind
    assert [each["mainCities"] for each in offered(shop, "regions")] == ["Thiès, Mbour"]
    [tariff_there] = offered(shop, "zone-tarifs")
    assert (tariff_there["countries"], tariff_there["transporteur"]["logoUrl"]) == (
        *(["France", "ES"], "https://dhl.example/logo.png"),
    )
    listed = page(shop)
    for name in ("Mermoz", "Thiès", "Europe · DHL", "5-8 jours", "280,00\xa0€"):
        assert name in listed
    for kind, setting in (("tariff", tariff_there["id"]), ("carrier", "carrier-dhl"), ("zone", "zone-europe")):
        path = f"{SETTINGS}/{kind}/{setting}"
        before = len(events(shop))
        assert send(shop, path, form(page(shop, path), path).fields).status == 303
        assert len(events(shop)) == before, "nothing was changed"


@pytest.mark.parametrize(
    ("kind", "changes", "sentence"),
    [
        ("city", {"name": " "}, "Ce champ est obligatoire"),
        ("city", {"price": ""}, "Ce champ est obligatoire"),
        ("city", {"price": "abc"}, "Un montant est attendu"),
        ("city", {"price": "1.250"}, "Est-ce"),
        ("city", {"category": "lune"}, "Valeurs possibles"),
        ("city", {"time_min": "3"}, "le plus court d&#39;abord"),
        ("city", {"time_min": "48", "time_max": "24"}, "le plus court d&#39;abord"),
        ("city", {"time_min": "-1", "time_max": "2"}, "nombre entier"),
        ("city", {"name": "existant"}, "Il y en a déjà un de ce nom"),
        ("zone", {"places": "", "time_min": "1", "time_max": "2"}, "obligatoire"),
        ("carrier", {"logo": "javascript:alert(1)"}, "https://"),
        ("tariff", {"place_id": "?", "carrier_id": "?", "time_min": "1", "time_max": "2"}, "n&#39;est pas dans vos"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    own_shop: Inside, kind: str, changes: dict[str, str], sentence: str
) -> None:
    send(own_shop, f"{SETTINGS}/city/new", CITY | {"name": "Existant"})
    answer = send(own_shop, f"{SETTINGS}/{kind}/new", CITY | changes)
    assert (answer.status in (400, 409), 'aria-invalid="true"' in answer.text) == (True, True), answer.text
    assert sentence in answer.text
    assert len(offered(own_shop)) == 1


def test_two_admins_and_an_unknown_setting(shop: Inside) -> None:
    send(shop, f"{SETTINGS}/city/new", CITY)
    path = f"{SETTINGS}/city/city-mermoz"
    mine = form(page(shop, path), path)
    theirs = form(page(shop, path), path)
    assert send(shop, path, mine.filled(price="20")).status == 303
    refused = send(shop, path, theirs.filled(price="30"))
    assert (refused.status, "modifiés entre-temps" in refused.text) == (409, True)
    assert offered(shop)[0]["price"] == "20.00"
    for unknown in ("city/nowhere", "lune/city-mermoz", "region/city-mermoz"):
        admin = shop.admin_once()
        assert admin.get(f"{SETTINGS}/{unknown}", Cookie=admin.cookie).status == 404
        assert send(shop, f"{SETTINGS}/{unknown}", CITY | {"time_unit": "jours"}).status == 404
        assert send(shop, f"{SETTINGS}/{unknown}/active", {"active": "on"}).status in (303, 404)


@pytest.mark.matrix
def test_what_two_add_at_the_same_moment_is_there_once(own_shop: Inside) -> None:
    admin = own_shop.server.admin()

    def add(_: int) -> Answer:
        return admin.form(f"{SETTINGS}/city/new", CITY | {"name": "Ensemble"}, Cookie=admin.cookie)

    assert sorted(answer.status for answer in at_once(6, add)) == [303, *[409] * 5]
    assert [city["name"] for city in offered(own_shop)].count("Ensemble") == 1


def test_the_sample_is_senegal_and_comes_back_from_its_file_unchanged(shop: Inside) -> None:
    assert send(shop, f"{SETTINGS}/sample", {}).status == 303
    assert (len(offered(shop)), len(offered(shop, "regions"))) == (27, 13)
    assert {zone["zoneType"] for zone in offered(shop)} == {"dakar-ville", "banlieue"}
    assert len(offered(shop, "zone-tarifs")) == 6
    before = {what: offered(shop, what) for what in ("cities", "regions", "international-zones", "zone-tarifs")}
    assert len(events(shop)) == 1
    assert upload(shop, exported(shop)).status == 303
    assert send(shop, f"{SETTINGS}/sample", {"form_key": "another"}).status == 303
    assert {what: offered(shop, what) for what in before} == before
    assert len(events(shop)) == 1


def test_a_file_changes_what_it_names_and_adds_what_is_new(shop: Inside) -> None:
    send(shop, f"{SETTINGS}/sample", {})
    rows = list(csv.DictReader(StringIO(exported(shop).removeprefix("\ufeff")), delimiter=";"))
    mermoz = next(row for row in rows if row["Nom"] == "Mermoz")
    written = StringIO()
    writer = csv.DictWriter(written, [*mermoz, "Remarque"], delimiter=",")
    writer.writeheader()
    writer.writerow(mermoz | {"Nom": "Mermoz Pyrotechnie", "Prix": "17,50", "Remarque": "à moi"})
    writer.writerow({"Type": "QUARTIER", "Nom": "medina", "Secteur": "Dakar", "Catégorie": "populaire", "Prix": "9"})
    writer.writerow(
        {"Type": "quartier", "Nom": "Lac Rose", "Secteur": "banlieue", "Catégorie": "Banlieue", "Prix": "40"}
    )
    writer.writerow({"Type": "transporteur", "Identifiant": "0d9d-2a44", "Nom": "Colis Rapide"})
    tariff = {"Type": "tarif", "Zone": "EUROPE", "Transporteur": "colis rapide", "Prix": "99"}
    writer.writerow(tariff | {"Délai min": "1", "Délai max": "2"})
    answer = upload(shop, written.getvalue().encode("cp1252"))
    assert answer.status == 303
    prices = {city["name"]: city["price"] for city in offered(shop)}
    assert len(prices) == 28
    assert (prices["Mermoz Pyrotechnie"], prices["medina"], prices["Lac Rose"]) == ("17.50", "9.00", "40.00")
    cheap = next(each for each in offered(shop, "zone-tarifs") if each["transporteurId"] == "0d9d-2a44")
    assert (cheap["zoneName"], cheap["prixTransporteur"]) == ("Europe", "99.00")
    shown = shop.admin_once().get(SETTINGS, Cookie=f"{shop.admin_once().cookie}; {session_of(answer)}").text
    assert "3 réglages ajoutés, 2 modifiés" in shown


def session_of(answer: Answer) -> str:
    return (answer.headers["Set-Cookie"] or "").partition(";")[0]


def test_a_file_with_one_wrong_line_changes_nothing(shop: Inside) -> None:
    answer = upload(
        shop,
        "Type;Nom;Secteur;Catégorie;Prix;Délai min;Délai max;Lieux;Identifiant;Zone\n"
        "Quartier;Bon;Dakar;Centre;10;;;;;\n"
        "Quartier;;Dakar;Centre;x;;;;;\n"
        "\n"
        "Lune;a;;;;;;;;\n"
        "Région;Loin;;;10;5;2;;a/b;\n"
        "Quartier;Autre;Mars;Centre;10;;;;;\n",
    )
    assert answer.status == 400
    found = wrong_lines(answer)
    assert [line.partition(" :")[0] for line in found] == [
        *("Ligne 3 · Prix", "Ligne 3 · Nom", "Ligne 5 · Type", "Ligne 6 · Identifiant", "Ligne 6 · Délai max"),
        "Ligne 7 · Secteur",
    ]
    assert "Quartier, Région, Zone internationale" in found[2]
    twice = upload(shop, "Type;Nom;Secteur;Catégorie;Prix\nQuartier;A;Dakar;Centre;1\nquartier;a;Dakar;Centre;2\n")
    assert wrong_lines(twice) == ["Ligne 3 : La ligne 2 dit déjà ce réglage"]
    unknown = upload(shop, "Type;Zone;Transporteur;Prix;Délai min;Délai max\nTarif;Mars;Fusée;1;1;2\n")
    assert [line[:22] for line in wrong_lines(unknown)] == ["Ligne 2 · Zone : « Mar", "Ligne 2 · Transporteur"]
    assert (offered(shop), events(shop)) == ([], [])


ODD = {
    "empty": b"",
    "blank": b"\n\n;;\n",
    "no head": b"a;b\nc;d\n",
    "head alone": b"Type;Nom\n",
    "binary": bytes(range(256)) * 20,
    "zip": b"PK\x03\x04" + bytes(500),
    "open quote": b'Type;Nom\n"Quartier;a' + b"x" * 200_000,
    "long": "Type;Nom;Secteur;Catégorie;Prix\n".encode() + b"Quartier;a;Dakar;Centre;1\n" * 9000,
    "utf-16": "\ufeffType\tNom\nLune\ta\n".encode("utf-16-le"),
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_a_file_that_is_none_is_refused_in_words(own_shop: Inside, content: bytes) -> None:
    before = len(events(own_shop))
    answer = upload(own_shop, content)
    assert (answer.status, 'role="alert"' in answer.text) == (400, True), answer.text[:300]
    assert len(events(own_shop)) == before


def test_no_cell_of_the_file_is_calculated_and_what_it_says_comes_back(shop: Inside) -> None:
    names = [HOSTILE, "+33 Quartier", "@ville", "-2+3", "a, =b", "12/5"]
    for name in names:
        assert send(shop, f"{SETTINGS}/city/new", CITY | {"name": name}).status == 303
    text = exported(shop)
    cells = [cell for row in csv.reader(StringIO(text.removeprefix("\ufeff")), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r"))]
    assert upload(shop, text).status == 303
    assert {city["name"] for city in offered(shop)} == set(names)
    assert len(events(shop)) == len(names)


def test_another_file_under_the_same_key_is_taken_in(shop: Inside) -> None:
    """Back, another file, sent again: the form's key is the same."""
    head = "Type;Nom;Secteur;Catégorie;Prix\n"
    for name in ("Premier", "Premier", "Second"):
        assert upload(shop, f"{head}Quartier;{name};Dakar;Centre;1\n", key="same").status == 303
    assert [city["name"] for city in offered(shop)] == ["Premier", "Second"]


def test_ways_to_pay(shop: Inside) -> None:
    there = form(page(shop, PAYMENTS), PAYMENTS)
    kept = [pair for pair in there.fields if pair[0] not in ("CASH_ON_DELIVERY", "label")]
    for fields, sentence in ((kept, "au moins un moyen"), ([*kept, ("OTHER", "on")], "obligatoire")):
        answer = send(shop, PAYMENTS, fields)
        assert (answer.status, sentence in answer.text) == (400, True)
    assert send(shop, PAYMENTS, [*kept, ("WAVE", "on"), ("OTHER", "on"), ("label", "Virement")]).status == 303
    methods = shop.client().get("/payment-methods").json["paymentMethods"]
    assert [(each["provider"], each["label"]) for each in methods] == [("WAVE", "Wave"), ("OTHER", "Virement")]
    assert shop.client().get("/payment-config/cash-on-delivery").json == {"isEnabled": False}
    late = send(shop, PAYMENTS, there.filled(PAYTECH="on", form_key="another"))
    assert (late.status, "modifiés entre-temps" in late.text) == (409, True)
    assert [found.type for found in events(shop)] == ["PaymentsOffered"]


def test_prices_follow_the_shop_s_currency(shop: Inside) -> None:
    send(shop, f"{SETTINGS}/city/new", CITY)
    send(shop, f"{SETTINGS}/zone/new", {**CITY, "name": "Europe", "places": "FR", "time_min": "1", "time_max": "2"})
    send(shop, f"{SETTINGS}/carrier/new", {"name": "DHL", "active": "on"})
    tariff = {"place_id": "zone-europe", "carrier_id": "carrier-dhl", "price": "280", "standard_price": "300,50"}
    send(shop, f"{SETTINGS}/tariff/new", tariff | {"time_min": "1", "time_max": "2", "active": "on"})
    path = f"{SETTINGS}/city/city-mermoz"
    before = form(page(shop, path), path)
    there = form(page(shop, "/dashboard/settings"), "/dashboard/settings")
    assert send(shop, there.path, there.filled(currency="XOF")).status == 303
    assert offered(shop)[0]["price"] == "13"
    [found] = offered(shop, "zone-tarifs")
    assert (found["prixTransporteur"], found["prixStandardInternational"]) == ("280", "301")
    assert send(shop, path, before.filled(name="Autre", price="13")).status == 409
