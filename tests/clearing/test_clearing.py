"""Settling what the team has to look at, over HTTP, as the order's page sends it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import NewDatabase
from tests.delivery.setting_up import city
from tests.orders.test_placing import add_product, at_once
from tests.orders.test_transitions import move, stock_of
from tests.support import database as db
from tests.support.client import Answer, Client
from tests.support.forms import forms
from tests.support.inside import Inside
from tests.support.marks import mark
from tests.support.matrix import ON_POSTGRES
from tests.support.recount import counted, kept


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    with Inside(new_database(), tmp_path_factory.mktemp("clearing"), SHOP_CURRENCY="XOF") as shop:
        yield shop


def strange(shop: Inside, price: int = 6000, lines: int = 1, reference: str = "vendor:245") -> dict[str, Any]:
    """An order with a line of ours, and `lines` of an article that nobody knows."""
    order: dict[str, Any] = shop.client().place()
    row = {"order_id": order["id"], "product_name": "Article n° 245", "quantity": 1, "size": "XL"}
    row |= {"unit_price": price, "total_price": price, "reference": reference, "announced_price": price}
    db.insert(shop.database_url, "order_items", [row] * lines)
    more = "UPDATE orders SET subtotal = subtotal + :n, total = total + :n, lines = lines + :lines WHERE id = :id"
    db.execute(shop.database_url, more, n=price * lines, lines=lines, id=order["id"])
    assert shop.app.test_cli_runner().invoke(args=["statistics", "recount"]).exit_code == 0
    return order


def items_of(shop: Inside, order: dict[str, Any]) -> list[Any]:
    found = db.select(shop.database_url, "SELECT * FROM order_items WHERE order_id = :id ORDER BY id", id=order["id"])
    return list(found)


def row_of(shop: Inside, order: dict[str, Any]) -> Any:
    return db.select(shop.database_url, "SELECT * FROM orders WHERE id = :id", id=order["id"])[0]


def here(order: dict[str, Any]) -> str:
    return f"/dashboard/orders/{order['id']}"


def page_of(who: Client, order: dict[str, Any]) -> str:
    return who.get(here(order), Cookie=who.cookie).text


def clear(who: Client, order: dict[str, Any], mark_id: int, act: str, **said: str) -> Answer:
    """What the page's form sends; without JavaScript."""
    path = f"{here(order)}/marks/{mark_id}/{act}"
    there = next(each for each in forms(page_of(who, order)) if each.path == path)
    return who.form(path, there.filled(**said), Cookie=who.cookie)


def problem(who: Client, answer: Answer, order: dict[str, Any]) -> str:
    """What the next page says of it."""
    assert (answer.status, answer.headers["Location"]) == (303, here(order))
    session = (answer.headers["Set-Cookie"] or "").split(";")[0]
    told = who.get(here(order), Cookie=f"{who.cookie}; {session}").text
    found = re.search(r'class="flash problem"[^>]*>\s*(?:<[^>]+>\s*)*([^<]+)', told)
    return found[1].strip() if found else ""


def told(shop: Inside, order: dict[str, Any]) -> list[str]:
    """What the order's history says of its marks."""
    text = page_of(shop.admin_once(), order)
    found = re.findall(
        r'class="cleared">\s*<strong>([^<]+)</strong>.*?(?:<bdi>([^<]*)</bdi></p>|</li>)', text, re.DOTALL
    )
    return [f"{what} | {note}" for what, note in found]


def test_an_article_gets_a_name_for_this_order_or_from_now_on(shop: Inside) -> None:
    boss = shop.admin_once()
    for always in (False, True):
        order = strange(shop, lines=2, reference=f"vendor:{always}")
        first, second = items_of(shop, order)[1:]
        marks = [mark(shop.database_url, order["id"], "article", each.id, why="unknown") for each in (first, second)]
        said = {"name": " Affiche Teranga "} | ({"always": "on"} if always else {})
        assert clear(boss, order, marks[0], "name", **said).status == 303
        assert [item.product_name for item in items_of(shop, order)[1:]] == (
            ["Affiche Teranga"] * 2 if always else ["Affiche Teranga", "Article n° 245"]
        )
        row = row_of(shop, order)
        assert (row.marks, row.version) == ("" if always else "article", 2)
        assert "Affiche Teranga" in row.summary
        found = boss.get("/dashboard?q=affiche+teranga", Cookie=boss.cookie).text
        assert f'id="order-{order["id"]}"' in found
        known = db.select(shop.database_url, "SELECT * FROM product_references WHERE reference = 'vendor:True'")
        assert [(each.name, each.product_id) for each in known] == ([("Affiche Teranga", None)] if always else [])
        done = "article nommé désormais" if always else "article nommé"
        assert told(shop, order) == [f"Article : {done} | Article n° 245 → Affiche Teranga"]
    assert kept(shop.database_url) == counted(shop.database_url)


def test_an_article_is_a_product_with_its_price_and_its_stock(shop: Inside) -> None:
    boss, ours = shop.admin_once(), add_product(shop, stock=2, name="Toile Teranga", price="7000", sizes="S, M")
    order = strange(shop)
    item = items_of(shop, order)[1]
    unknown = mark(shop.database_url, order["id"], "article", item.id, why="unknown", reference="vendor:245")
    facts = {"announced": 6000, "ours": None, "artwork": 0, "of": "vendor:245", "size": "XL", "upto": 6000}
    mark(shop.database_url, order["id"], "price", item.id, why="unaccepted", **facts)
    before = row_of(shop, order)
    assert "vendor:245" in page_of(boss, order)
    answer = clear(boss, order, unknown, "product", product=f"Toile Teranga ({ours})", always="on")
    assert problem(boss, answer, order) == ""
    item = items_of(shop, order)[1]
    assert (item.product_id, item.product_name, item.unit_price) == (ours, "Toile Teranga", 7000)
    assert (row_of(shop, order).total, row_of(shop, order).version) == (before.total + 1000, before.version + 1)
    assert stock_of(shop, ours) == 1
    [known] = db.select(shop.database_url, "SELECT * FROM product_references WHERE reference = 'vendor:245'")
    assert known.product_id == ours
    assert kept(shop.database_url) == counted(shop.database_url)
    text = page_of(boss, order)
    assert "Le produit n&#39;existe pas en taille «\u00a0<bdi>XL</bdi>\u00a0»" in text, (
        "which the product does not have"
    )
    assert "moins que notre prix" in text, "its price is asked about as ours"
    assert row_of(shop, order).marks == "article price"


def test_what_a_product_costs_explains_the_price_that_was_announced(shop: Inside) -> None:
    boss, ours = shop.admin_once(), add_product(shop, stock=0, name="Toile unie", price="6000")
    order = strange(shop)
    item = items_of(shop, order)[1]
    unknown = mark(shop.database_url, order["id"], "article", item.id, why="unknown")
    facts = {"announced": 6000, "ours": None, "artwork": 0, "of": "vendor:245", "size": "XL", "upto": 6000}
    mark(shop.database_url, order["id"], "price", item.id, why="unaccepted", **facts)
    refused = clear(boss, order, unknown, "product", product="toile UNIE")
    assert problem(boss, refused, order).startswith("Stock insuffisant")
    assert row_of(shop, order).marks == "article price", "nothing of it is done"
    db.execute(shop.database_url, "UPDATE products SET stock = 5 WHERE id = :id", id=ours)
    assert clear(boss, order, unknown, "product", product="toile UNIE").status == 303
    assert row_of(shop, order).marks == ""
    assert move(boss, order, "CANCELLED").status == 200
    assert stock_of(shop, ours) == 5
    assert kept(shop.database_url) == counted(shop.database_url)


@pytest.mark.parametrize("product", ["", "Rien de tel", "T-shirt (999999)", "(1", "Jumelle"])
def test_a_product_is_one_of_ours(shop: Inside, product: str) -> None:
    boss, order = shop.admin_once(), strange(shop)
    for _ in range(2):
        add_product(shop, None, name="Jumelle")
    unknown = mark(shop.database_url, order["id"], "article", items_of(shop, order)[1].id, why="unknown")
    answer = clear(boss, order, unknown, "product", product=product)
    assert problem(boss, answer, order) == "Choisissez un produit du catalogue"
    assert row_of(shop, order).version == 1


def test_a_size_or_a_quantity_is_corrected_or_accepted(shop: Inside) -> None:
    boss, order = shop.admin_once(), shop.client().place()
    item = items_of(shop, order)[0]
    sized, many, other = (
        mark(shop.database_url, order["id"], "article", item.id, why=why, announced="XXXL")
        for why in ("size", "quantity", "color")
    )
    stock = stock_of(shop, 1)
    assert clear(boss, order, sized, "choose", choice="S").status == 303
    assert clear(boss, order, many, "choose", quantity="5").status == 303
    assert clear(boss, order, other, "accept").status == 303
    after = items_of(shop, order)[0]
    assert (after.size, after.quantity, after.total_price) == ("S", 5, 5 * item.unit_price)
    assert row_of(shop, order).total == 5 * item.unit_price
    assert stock is None or stock_of(shop, 1) == stock - 3
    assert row_of(shop, order).marks == ""
    assert kept(shop.database_url) == counted(shop.database_url)


def test_a_price_is_accepted_once_or_from_now_on_or_set(shop: Inside) -> None:
    boss = shop.admin_once()
    accepted = """SELECT amount FROM accepted_prices WHERE "of" = 'vendor:7' AND size = 'XL'"""
    for upto, known in ((6000, 6000), (4000, 6000), (9000, 9000)):
        order = strange(shop, price=upto)
        facts = {"announced": upto, "ours": None, "artwork": 0, "of": "vendor:7", "size": "XL", "upto": upto}
        once, always, priced = (
            mark(shop.database_url, order["id"], "price", items_of(shop, order)[1].id, why="unaccepted", **each)
            for each in (facts, facts, facts | {"size": "L"})
        )
        before = row_of(shop, order)
        assert clear(boss, order, once, "accept").status == 303
        assert clear(boss, order, always, "always").status == 303
        assert [row.amount for row in db.select(shop.database_url, accepted)] == [known], "the highest counts"
        assert row_of(shop, order).version == before.version, "nobody else's change is a conflict"
        assert clear(boss, order, priced, "price", amount="1 500 F CFA").status == 303
        after = row_of(shop, order)
        assert (after.total, after.version) == (before.total - upto + 1500, before.version + 1)
        assert after.updated_at > before.updated_at
        assert items_of(shop, order)[1].announced_price == upto, "what was announced stays"
        assert move(boss, order, "CONFIRMED").status == 200
    assert kept(shop.database_url) == counted(shop.database_url)


def test_a_price_that_is_accepted_from_now_on_is_so_on_each_line(shop: Inside) -> None:
    boss, order = shop.admin_once(), strange(shop, lines=2)
    item, other = (each.id for each in items_of(shop, order)[1:3])
    facts = {"why": "unaccepted", "announced": 9000, "of": "vendor:8", "size": "XL"}
    asked = mark(shop.database_url, order["id"], "price", item, upto=9000, **facts)
    mark(shop.database_url, order["id"], "price", other, upto=8500, **facts)
    dearer = mark(shop.database_url, order["id"], "price", other, upto=9001, **facts)
    assert clear(boss, order, asked, "always").status == 303
    left = db.select(
        shop.database_url, "SELECT id FROM order_marks WHERE order_id = :id AND cleared_at IS NULL", id=order["id"]
    )
    assert [row.id for row in left] == [dearer]


@pytest.mark.parametrize("amount", ["", "douze", "-5", "1,5", "1e9", "9999999999999"])
def test_a_price_is_an_amount(shop: Inside, amount: str) -> None:
    boss, order = shop.admin_once(), strange(shop)
    asked = mark(shop.database_url, order["id"], "price", items_of(shop, order)[1].id, why="unaccepted")
    answer = clear(boss, order, asked, "price", amount=amount)
    assert "Exemple" in problem(boss, answer, order) or "15000" in problem(boss, answer, order)
    assert row_of(shop, order).marks == "price"


def test_a_delivery_goes_to_a_zone_for_what_that_costs(shop: Inside) -> None:
    boss, order = shop.admin_once(), shop.client().place()
    asked = mark(shop.database_url, order["id"], "delivery", announced=500)
    mark(shop.database_url, order["id"], "delivery", announced=500)
    assert "Zone de livraison" not in page_of(boss, order), "there is none yet"
    zone = city(shop, "Médina", price="1500", currency="XOF")
    assert "Médina · 1\u202f500" in page_of(boss, order)
    before = row_of(shop, order)
    assert clear(boss, order, asked, "zone", zone=zone).status == 303
    after = row_of(shop, order)
    assert (after.shipping_amount, after.total, after.delivery_place) == (1500, before.total + 1500, "Médina")
    assert (after.marks, after.version) == ("delivery", 2)
    assert clear(boss, order, asked + 1, "accept").status == 303
    assert row_of(shop, order).marks == ""
    assert kept(shop.database_url) == counted(shop.database_url)


def test_where_the_artwork_is_stands_on_the_workshop_s_sheet(shop: Inside) -> None:
    boss, order = shop.admin_once(), shop.client().place()
    item = items_of(shop, order)[0]
    first, second, third = (mark(shop.database_url, order["id"], "artwork", item.id, why="design") for _ in range(3))
    evil = clear(boss, order, first, "note", link="javascript:alert(1)")
    assert problem(boss, evil, order) == "Un lien commence par http:// ou https://"
    assert problem(boss, clear(boss, order, first, "note"), order).startswith("Dites où est le visuel")
    link = "https://drive.example.org/visuel?a=1&b=<2>"
    assert clear(boss, order, first, "note", note="Clé USB bleue", link=link).status == 303
    assert clear(boss, order, second, "note", note="WhatsApp de la cliente").status == 303
    assert clear(boss, order, third, "accept").status == 303
    text = page_of(boss, order)
    assert (
        'href="https://drive.example.org/visuel?a=1&amp;b=&lt;2&gt;" target="_blank" rel="noopener noreferrer"' in text
    )
    assert "2 notes internes" in text
    sheet = boss.get(f"/dashboard/print?ids={order['id']}&as=sheet", Cookie=boss.cookie).text
    assert "Clé USB bleue https://drive.example.org" in sheet
    assert "WhatsApp de la cliente" in sheet
    assert row_of(shop, order).version == 1


def test_the_same_order_twice_is_meant_or_cancelled(shop: Inside) -> None:
    boss, first = shop.admin_once(), shop.client().place()
    meant, twice = shop.client().place(), shop.client().place()
    marks = [mark(shop.database_url, each["id"], "double", order=first["id"], number="N") for each in (meant, twice)]
    text = page_of(boss, meant)
    assert f'href="/dashboard/orders/{first["id"]}"' in text
    assert 'form="moves" name="status" value="CANCELLED"' in text
    assert clear(boss, meant, marks[0], "accept").status == 303
    assert row_of(shop, meant).marks == ""
    assert move(boss, twice, "CANCELLED").status == 200
    assert "to-check" not in page_of(boss, twice)
    late = boss.form(f"{here(twice)}/marks/{marks[1]}/accept", {"version": "2"}, Cookie=boss.cookie)
    assert problem(boss, late, twice) == "Une commande «\u00a0Annulée\u00a0» n&#39;a plus rien à vérifier"


def test_whom_to_call_and_where_is_mended(shop: Inside) -> None:
    boss, order = shop.admin_once(), shop.client().place()
    missing = mark(shop.database_url, order["id"], "contact", why="missing", missing=["name", "city"])
    mark(shop.database_url, order["id"], "contact", why="phone")
    empty = "UPDATE orders SET phone = '12', shipping_name = '', shipping_city = NULL WHERE id = :id"
    db.execute(shop.database_url, empty, id=order["id"])
    answer = clear(boss, order, missing, "contact", name="Ndèye Sow", phone="12")
    assert problem(boss, answer, order) == "Il manque encore : ville, téléphone"
    assert row_of(shop, order).shipping_name == ""
    said = {"name": "Ndèye Sow", "city": "Thiès", "phone": "77 123 45 67"}
    assert clear(boss, order, missing, "contact", **said).status == 303
    row = row_of(shop, order)
    assert (row.customer, row.shipping_city, row.phone, row.marks) == ("Ndèye Sow", "Thiès", "77 123 45 67", "")
    assert (row.version, row.total) == (2, order["totalAmount"])
    for words in ("ndeye", "thies", "771234567"):
        assert f'id="order-{order["id"]}"' in boss.get(f"/dashboard?q={words}", Cookie=boss.cookie).text


@ON_POSTGRES
def test_two_at_once_settle_it_once_and_the_second_hears_who_was_first(shop: Inside) -> None:
    boss, ours = shop.admin_once(), add_product(shop, stock=5, name="Pour deux", price="100")
    order = strange(shop)
    unknown = mark(shop.database_url, order["id"], "article", items_of(shop, order)[1].id, why="unknown")
    path = f"{here(order)}/marks/{unknown}/product"
    fields = {"version": "1", "product": f"Pour deux ({ours})"}
    answers = at_once(4, lambda _: shop.admin().form(path, fields, Cookie=boss.cookie, HX_Request="true"))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    lost = next(answer for answer in answers if answer.status == 409)
    assert "Déjà réglé par Admin PrintAlma il y a" in lost.text
    assert stock_of(shop, ours) == 4
    assert len(told(shop, order)) == 1


def test_the_form_that_is_sent_twice_acts_once(shop: Inside) -> None:
    boss, order = shop.admin_once(), shop.client().place()
    asked = mark(shop.database_url, order["id"], "contact", why="phone")
    path = f"{here(order)}/marks/{asked}/accept"
    there = next(each for each in forms(page_of(boss, order)) if each.path == path)
    for _ in range(2):
        answer = boss.form(path, there.fields, Cookie=boss.cookie)
        assert problem(boss, answer, order) == "", "the second is no conflict with oneself"
    assert len(told(shop, order)) == 1


def test_who_saw_other_amounts_is_told_who_changed_them(shop: Inside) -> None:
    boss, order = shop.admin_once(), strange(shop)
    item = items_of(shop, order)[1]
    first, second = (mark(shop.database_url, order["id"], "price", item.id, why="unaccepted") for _ in range(2))
    late = next(each for each in forms(page_of(boss, order)) if each.path == f"{here(order)}/marks/{second}/accept")
    clear(boss, order, first, "price", amount="100")
    answer = boss.form(late.path, late.fields, Cookie=boss.cookie)
    assert problem(boss, answer, order).startswith("Modifiée par Admin PrintAlma il y a")
    assert move(boss, order, "REJECTED", version=1).json["message"].startswith("Modifiée par Admin PrintAlma il y a")
    assert row_of(shop, order).marks == "price"


@pytest.mark.parametrize("act", ["name", "accept", "zone", "lost"])
def test_what_is_not_offered_is_not_there(shop: Inside, act: str) -> None:
    boss, order, other = shop.admin_once(), shop.client().place(), shop.client().place()
    asked = mark(shop.database_url, order["id"], "artwork", items_of(shop, order)[0].id, why="design")
    wrong = order if act != "accept" else other
    answer = boss.form(f"{here(wrong)}/marks/{asked}/{act}", {"version": "1"}, Cookie=boss.cookie)
    assert answer.status == 404
    stranger = shop.client().register(f"nobody.{act}@example.org")
    refused = stranger.form(f"{here(order)}/marks/{asked}/accept", {"version": "1"}, Cookie=stranger.cookie)
    assert refused.status in (303, 403)
    assert row_of(shop, order).marks == "artwork"


def test_an_article_nobody_knows_is_not_simply_accepted(shop: Inside) -> None:
    boss, order = shop.admin_once(), strange(shop)
    unknown = mark(shop.database_url, order["id"], "article", items_of(shop, order)[1].id, why="unknown")
    answer = boss.form(f"{here(order)}/marks/{unknown}/accept", {"version": "1"}, Cookie=boss.cookie)
    assert problem(boss, answer, order).startswith("Donnez un nom à l&#39;article")


def test_a_page_asks_about_twenty_at_once(shop: Inside) -> None:
    boss, order = shop.admin_once(), shop.client().place()
    item = items_of(shop, order)[0]
    for _ in range(25):
        mark(shop.database_url, order["id"], "artwork", item.id, why="newer than this release", views=["<b>"])
    mark(shop.database_url, order["id"], "contact", why="phone")
    text = page_of(boss, order)
    assert len(re.findall(r'<li id="mark-\d+">', text)) == 20
    assert "6 autres vérifications suivront" in text
    assert "Le visuel est à vérifier." in text
