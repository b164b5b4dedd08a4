"""Mending an order by hand, as its form sends it: everything follows, once, and nothing is lost."""

import random
import re
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from typing import Any

import pytest

from tests.accounts.people import admin as new_admin
from tests.accounts.people import customer
from tests.conftest import NewDatabase
from tests.delivery.setting_up import city
from tests.orders.test_placing import add_product, at_once
from tests.orders.test_transitions import NEXT, move, order_in, stock_of
from tests.support import database as db
from tests.support.client import Answer, Client, cart
from tests.support.forms import form, forms
from tests.support.inside import Inside
from tests.support.marks import mark
from tests.support.matrix import ON_POSTGRES
from tests.support.recount import counted, kept
from tests.support.stream import stream

WHY = "Le client l'a demandé"


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = {"SHOP_CURRENCY": "XOF", "TRUSTED_PROXIES": "1", "WORKERS": "2"}
    with Inside(new_database(), tmp_path_factory.mktemp("mending"), **settings) as shop:
        city(shop, "Mermoz", "10")
        yield shop


def edit(order: dict[str, Any]) -> str:
    return f"/dashboard/orders/{order['id']}/edit"


def drawn(who: Client, order: dict[str, Any]) -> Any:
    """The form as it is drawn now."""
    page = who.get(edit(order), Cookie=who.cookie)
    assert page.status == 200, page.text
    return form(page.text, edit(order))


def send(who: Client, order: dict[str, Any], there: Any, **said: str) -> Answer:
    return who.form(edit(order), there.filled(**({"reason": WHY} | said)), Cookie=who.cookie)


def mend(who: Client, order: dict[str, Any], **said: str) -> Answer:
    return send(who, order, drawn(who, order), **said)


def seen(who: Client, order: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = who.get(f"/orders/{order['id']}").data
    return found


def row_of(shop: Inside, order: dict[str, Any]) -> Any:
    return db.select(shop.database_url, "SELECT * FROM orders WHERE id = :id", id=order["id"])[0]


def items_of(shop: Inside, order: dict[str, Any]) -> list[Any]:
    asked = "SELECT * FROM order_items WHERE order_id = :id ORDER BY id"
    return list(db.select(shop.database_url, asked, id=order["id"]))


def mends(shop: Inside, order: dict[str, Any]) -> int:
    asked = "SELECT count(*) FROM events WHERE order_id = :id AND type = 'OrderMended'"
    return int(db.select(shop.database_url, asked, id=order["id"])[0][0])


def history(who: Client, order: dict[str, Any]) -> list[str]:
    """What the order's page says of the last mend."""
    page = who.get(f"/dashboard/orders/{order['id']}", Cookie=who.cookie).text
    last = page.split('class="mended"')[-1].split('class="message"')[0]
    return [
        unescape(each).replace("\u202f", " ").replace("\xa0", " ")
        for each in re.findall(r"<bdi>(.*?)</bdi></li>", last)
    ]


def money(who: Client, order: dict[str, Any], act: str, **said: str) -> Answer:
    """What the order's page sends of money."""
    path = f"/dashboard/orders/{order['id']}/{act}"
    page = who.get(f"/dashboard/orders/{order['id']}", Cookie=who.cookie).text
    there = next((each for each in forms(page) if each.path == path), None)
    return who.form(path, there.filled(**said) if there else said, Cookie=who.cookie)


def wrong(answer: Answer) -> list[str]:
    """What a form that was drawn again says."""
    assert 400 <= answer.status < 500, answer.status
    found = re.findall(r'class="(?:wrong|flash problem)"[^>]*>([^<]+)<', answer.text)
    return [unescape(each).strip() for each in found]


def whole(shop: Inside) -> None:
    assert kept(shop.database_url) == counted(shop.database_url)
    sums = db.select(
        shop.database_url,
        """SELECT o.id FROM orders o WHERE o.total <> o.subtotal + o.shipping_amount OR o.subtotal <>
           (SELECT sum(i.unit_price * i.quantity) FROM order_items i WHERE i.order_id = o.id) OR o.lines <>
           (SELECT count(*) FROM order_items i WHERE i.order_id = o.id)""",
    )
    assert list(sums) == []


def test_an_address_is_mended_and_told(shop: Inside) -> None:
    boss, order = shop.admin_once(), shop.client().place()
    page = boss.get(f"/dashboard/orders/{order['id']}", Cookie=boss.cookie).text
    assert f'href="{edit(order)}"' in page
    said = {"street": "rue 10, villa 4", "apartment": "2e étage", "city": "Thiès", "region": "", "postal_code": "21000"}
    said |= {"name": "Fatou Ndiaye", "phone": "+221 77 123 45 67", "email": "Fatou@Example.org", "country": "Sénégal"}
    answer = mend(boss, order, **said)
    assert (answer.status, answer.headers["Location"]) == (303, f"/dashboard/orders/{order['id']}")
    now = seen(boss, order)
    assert now["version"] == order["version"] + 1
    assert (now["shippingName"], now["shippingCity"], now["shippingPostalCode"]) == ("Fatou Ndiaye", "Thiès", "21000")
    assert (now["phoneNumber"], now["email"]) == ("+221 77 123 45 67", "fatou@example.org")
    assert now["totalAmount"] == order["totalAmount"]
    assert row_of(shop, order).customer == "Fatou Ndiaye"
    page = boss.get(f"/dashboard/orders/{order['id']}", Cookie=boss.cookie).text
    assert "par <bdi>Awa Diop</bdi>" in page, "who placed it is still who placed it"
    told = history(boss, order)
    assert "Adresse : 12 rue Félix Faure → rue 10, villa 4" in told
    assert "Ville : Dakar → Thiès" in told
    assert "Appartement, étage : – → 2e étage" in told
    assert len([each for each in told if each.startswith("Pays")]) == 0
    for words in ("fatou ndiaye", "77 123 45 67", "thies", "fatou@example.org"):
        found = boss.get(f"/dashboard?q={words.replace(' ', '+')}", Cookie=boss.cookie).text
        assert f'id="order-{order["id"]}"' in found, words
    gone = boss.get("/dashboard?q=awa+diop+dakar", Cookie=boss.cookie).text
    assert f'id="order-{order["id"]}"' not in gone
    whole(shop)


def test_lines_are_mended_added_and_dropped(shop: Inside) -> None:
    boss = shop.admin_once()
    shirt = add_product(shop, stock=10, name="Chemise Ndar", price="9000", sizes="S, M, L", colors="Bleu, Blanc")
    mug = add_product(shop, stock=5, name="Tasse Gorée", price="4000")
    cap = add_product(shop, stock=3, name="Casquette Saly", price="5000")
    lines = [{"productId": shirt, "quantity": 1, "size": "M", "color": "Bleu"}, {"productId": mug, "quantity": 2}]
    order = order_in(shop, "CONFIRMED", orderItems=lines)
    first, second = items_of(shop, order)
    said = {
        f"quantity_{first.id}": "2",
        f"size_{first.id}": "l",
        f"price_{first.id}": "8 500",
        f"drop_{second.id}": "on",
    }
    said |= {"product_new1": f"Casquette Saly ({cap})", "product_new2": "Emballage cadeau", "price_new2": "1500"}
    said |= {"quantity_new1": "3", "fee": "2000", "carrier": "Tiak-Tiak"}
    assert mend(boss, order, **said).status == 303
    assert [stock_of(shop, each) for each in (shirt, mug, cap)] == [8, 5, 0]
    now = seen(boss, order)
    lines = now["orderItems"]
    assert [(line["product"]["name"], line["quantity"], line["unitPrice"], line["size"]) for line in lines] == [
        ("Chemise Ndar", 2, 8500, "L"),
        ("Casquette Saly", 3, 5000, None),
        ("Emballage cadeau", 1, 1500, None),
    ]
    assert (now["subtotal"], now["deliveryFee"], now["totalAmount"]) == (33_500, 2000, 35_500)
    assert now["transporteurName"] == "Tiak-Tiak"
    assert row_of(shop, order).summary == "2 × Chemise Ndar, 3 × Casquette Saly, 1 × Emballage cadeau"
    assert history(boss, order) == [
        "Transporteur : – → Tiak-Tiak",
        "Frais de livraison : 0 F CFA → 2 000 F CFA",
        "Chemise Ndar (M · Bleu) : taille M → L",
        "Chemise Ndar (M · Bleu) : quantité 1 → 2",
        "Chemise Ndar (M · Bleu) : prix 9 000 F CFA → 8 500 F CFA",
        "Retiré : Tasse Gorée, 2 × 4 000 F CFA",
        "Ajouté : Casquette Saly, 3 × 5 000 F CFA",
        "Ajouté : Emballage cadeau, 1 × 1 500 F CFA",
    ]
    found = boss.get("/dashboard?q=emballage+cadeau", Cookie=boss.cookie).text
    assert f'id="order-{order["id"]}"' in found
    whole(shop)
    assert move(boss, now, "CANCELLED").status == 200
    assert [stock_of(shop, each) for each in (shirt, mug, cap)] == [10, 5, 3], "what it has since is given back"
    taken = {"version": str(now["version"] + 1), "reason": "Erreur"}
    boss.form(f"/dashboard/orders/{order['id']}/take-back", taken, Cookie=boss.cookie)
    assert seen(boss, order)["status"] == "CONFIRMED"
    assert [stock_of(shop, each) for each in (shirt, mug, cap)] == [8, 5, 0], "and taken again"
    whole(shop)


def test_a_step_is_taken_back_after_a_mend_by_its_version(shop: Inside) -> None:
    boss, order = shop.admin_once(), order_in(shop, "CONFIRMED")
    assert mend(boss, order, city="Kaolack").status == 303
    path = f"/dashboard/orders/{order['id']}/take-back"
    stale = boss.form(path, {"version": str(order["version"])}, Cookie=boss.cookie, HX_Request="true")
    assert stale.status == 409
    assert "Modifiée par" in stale.text
    assert boss.form(path, {"version": str(order["version"] + 1)}, Cookie=boss.cookie, HX_Request="true").status == 200
    now = seen(boss, order)
    assert (now["status"], now["shippingCity"]) == ("PENDING", "Kaolack")
    assert mend(boss, order, city="Fatick").status == 303
    again = boss.form(path, {"version": str(now["version"])}, Cookie=boss.cookie, HX_Request="true")
    assert again.status == 409, "not taken for the one before, sent again"
    whole(shop)


A_NUMBER = "Un nombre entier de 1 à 999"
AN_AMOUNT = "Un montant est attendu, par exemple 15000"
BAD = [
    ("Une commande garde au moins un article : annulez-la s'il n'en reste aucun.", {"drop_{id}": "on"}),
    (A_NUMBER, {"quantity_{id}": "0"}),
    (A_NUMBER, {"quantity_{id}": "-3"}),
    (A_NUMBER, {"quantity_{id}": "1,5"}),
    (AN_AMOUNT, {"price_{id}": "-5"}),
    (AN_AMOUNT, {"price_{id}": "12,50"}),
    (AN_AMOUNT, {"fee": "gratuit"}),
    (AN_AMOUNT, {"product_new1": "Papier", "price_new1": ""}),
    ("C'est trop pour être un prix", {"price_{id}": "1000000001"}),
    ("Choisissez un produit du catalogue", {"product_new1": "T-shirt (999999)", "price_new1": "5"}),
    ("Ce champ est obligatoire", {"size_new1": "M"}),
    ("Valeurs possibles : S, M", {"size_{id}": "XXL"}),
    ("Valeurs possibles : Rouge", {"color_{id}": "Vert"}),
    ("Stock insuffisant : Rare", {"quantity_{id}": "4"}),
    ("Adresse e-mail invalide", {"email": "awa"}),
    ("40 caractères au plus", {"phone": "7" * 41}),
    ("200 caractères au plus", {"street": "x" * 201}),
    ("Rien n'a changé.", {}),
    ("Ce champ est obligatoire", {"city": "Thiès", "reason": ""}),
    ("Choisissez une zone", {"zone": "nowhere"}),
]


def test_bad_input_changes_nothing(shop: Inside) -> None:
    boss = shop.admin_once()
    rare = add_product(shop, stock=3, name="Rare", price="1000", sizes="S, M", colors="Rouge")
    order = shop.client().place(orderItems=[{"productId": rare, "quantity": 1, "size": "S", "color": "Rouge"}])
    [item] = items_of(shop, order)
    before, events, there = row_of(shop, order), boss.last_event(), drawn(boss, order)
    for sentence, typed in BAD:
        said = {name.replace("{id}", str(item.id)): value for name, value in typed.items()}
        answer = send(boss, order, there, **said)
        assert sentence in wrong(answer), typed
        again = form(answer.text, edit(order))
        for name, value in said.items():
            assert name == "zone" or (name, value) in again.fields, "what was typed is kept"
    assert row_of(shop, order) == before
    assert items_of(shop, order) == [item]
    assert (stock_of(shop, rare), boss.last_event()) == (2, events)
    answer = send(boss, order, there, street="x" * 201, city="Thiès")
    fixed = form(answer.text, edit(order)).filled(street="rue 3")
    assert boss.form(edit(order), fixed, Cookie=boss.cookie).status == 303, "and may be corrected"
    row = row_of(shop, order)
    assert (row.shipping_street, row.shipping_city) == ("rue 3", "Thiès")


def test_nobody_is_left_to_bring_it_to(shop: Inside) -> None:
    boss, order = shop.admin_once(), shop.client().place()
    nowhere = dict.fromkeys(("phone", "street", "city", "region", "postal_code"), "")
    assert mend(boss, order, **nowhere).status == 400, "a country alone is nowhere"
    assert row_of(shop, order).version == order["version"]


@pytest.mark.parametrize("status", ["SHIPPED", "DELIVERED", "CANCELLED", "REJECTED"])
def test_what_is_on_its_way_is_not_mended(shop: Inside, status: str) -> None:
    boss, order = shop.admin_once(), shop.client().place()
    there = drawn(boss, order)
    order = order_in_place(shop, order, status)
    before = row_of(shop, order)
    answer = send(boss, order, there, street="rue trop tard")
    assert answer.status == 409
    assert "ne se modifie plus" in wrong(answer)[0]
    assert 'value="rue trop tard"' in answer.text, "what was typed may be copied"
    assert row_of(shop, order) == before
    if status != "SHIPPED":
        page = boss.get(edit(order), Cookie=boss.cookie)
        assert (page.status, page.headers["Location"]) == (303, f"/dashboard/orders/{order['id']}")
        assert f'href="{edit(order)}"' not in boss.get(f"/dashboard/orders/{order['id']}", Cookie=boss.cookie).text


def test_who_brings_it_may_be_mended_on_the_way(shop: Inside) -> None:
    boss, order = shop.admin_once(), order_in(shop, "SHIPPED")
    there = drawn(boss, order)
    assert {name for name, _ in there.fields if name.startswith("was_")} == {"was_carrier", "was_tracking"}
    assert send(boss, order, there, carrier="Yobante", tracking="SN 4711").status == 303
    now = seen(boss, order)
    assert (now["transporteurName"], now["trackingNumber"], now["status"]) == ("Yobante", "SN 4711", "SHIPPED")
    assert history(boss, order) == ["Transporteur : – → Yobante", "Numéro de suivi : – → SN 4711"]
    assert send(boss, order, drawn(boss, order), product_new1="Ruban", price_new1="5").status == 409
    assert send(boss, order, drawn(boss, order), street="x", was_street="y").status == 409
    assert row_of(shop, order).version == now["version"]
    whole(shop)


def order_in_place(shop: Inside, order: dict[str, Any], status: str) -> dict[str, Any]:
    ways = {"REJECTED": ["REJECTED"], "CANCELLED": ["CANCELLED"]}
    for step in ways.get(status, ["CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED"]):
        order = move(shop.admin_once(), order, step).data
        if step == status:
            break
    return order


def test_a_colleague_was_faster_and_nothing_is_lost(shop: Inside) -> None:
    boss, other, order = shop.admin_once(), new_admin(shop), shop.client().place()
    there = drawn(boss, order)
    assert mend(other, order, city="Rufisque", name="Awa Sow").status == 303
    answer = send(boss, order, there, city="Pikine", street="rue 7")
    assert answer.status == 409
    assert "Modifiée par Awa Diop il y a" in wrong(answer)[0]
    assert "Maintenant : <bdi>Rufisque</bdi>" in answer.text
    again = form(answer.text, edit(order))
    fields = dict(again.fields)
    assert (fields["city"], fields["street"], fields["name"]) == ("Pikine", "rue 7", "Awa Sow")
    assert boss.form(edit(order), again.filled(), Cookie=boss.cookie).status == 303
    row = row_of(shop, order)
    assert (row.shipping_city, row.shipping_street, row.shipping_name) == ("Pikine", "rue 7", "Awa Sow")
    assert mends(shop, order) == 2
    kept_words = [
        (n, v) if n != "was_city" else (n, "Dakar") for n, v in drawn(boss, order).filled(city="Mbour", reason=WHY)
    ]
    assert boss.form(edit(order), kept_words, Cookie=boss.cookie).status == 409, "a browser kept them since before"
    assert row_of(shop, order).shipping_city == "Pikine"


def test_one_gesture_acts_once(shop: Inside) -> None:
    boss, order = shop.admin_once(), shop.client().place()
    sent = drawn(boss, order).filled(city="Louga", product_new1="Ruban", price_new1="500", reason=WHY)
    for _ in range(3):
        assert boss.form(edit(order), sent, Cookie=boss.cookie).status == 303
    assert (mends(shop, order), len(items_of(shop, order))) == (1, 2)


def test_the_customer_and_the_team_are_told_once(shop: Inside) -> None:
    boss, who = shop.admin_once(), customer(shop)
    order = who.post("/orders", cart()).data
    [item] = items_of(shop, order)
    assert mend(boss, order, **{f"quantity_{item.id}": "3", "street": "rue 8"}).status == 303
    for each in (boss, who):
        [told, *_] = each.get("/notifications").json["data"]
        assert (told["type"], told["title"]) == ("ORDER_UPDATED", "✏️ Commande modifiée")
        data = told["data"]
        assert (data["orderId"], data["orderNumber"]) == (order["id"], order["orderNumber"])
        assert data["totalAmount"] == seen(boss, order)["totalAmount"]
        assert data["paymentStatus"] == seen(boss, order)["paymentStatus"]
        assert [change["what"] for change in data["changes"]] == ["street", "quantity"]
        assert data["changes"][0]["text"] == "Adresse : 12 rue Félix Faure → rue 8"
        assert WHY not in str(told), "is for the team"
    assert len([each for each in who.get("/notifications").json["data"] if each["type"] == "ORDER_UPDATED"]) == 1
    bell = boss.get("/dashboard/notifications", Cookie=boss.cookie)
    assert bell.status == 200
    other = new_admin(shop)
    assert f"{order['orderNumber']} : modifiée" in other.get("/dashboard/notifications", Cookie=other.cookie).text


@ON_POSTGRES
def test_each_socket_hears_of_a_mend_once(shop: Inside) -> None:
    boss, who, nobody = shop.admin_once(), customer(shop), customer(shop)
    order = who.post("/orders", cart()).data
    lines = [stream(each, f"?since={boss.last_event()}") for each in (boss, who, nobody)]
    for line in lines:
        line.until_beat()
    assert mend(boss, order, street="rue 8", city="Thiès", fee="500").status == 303
    after = who.post("/orders", cart()).data
    assert move(boss, after, "CONFIRMED").status == 200
    for line, last in zip(lines, ("newOrder", "myOrderUpdated"), strict=False):
        told = line.receive()
        assert (told["event"], told["data"]["data"]["orderNumber"]) == ("orderUpdated", order["orderNumber"])
        assert [change["what"] for change in told["data"]["data"]["changes"]] == ["street", "city", "fee"]
        assert line.receive()["event"] == last, "and once"
    assert move(boss, nobody.post("/orders", cart()).data, "CONFIRMED").status == 200
    assert lines[2].receive()["event"] == "myOrderUpdated", "a stranger hears nothing of it"


def test_marks_that_are_answered_are_settled(shop: Inside) -> None:
    boss = shop.admin_once()
    order = shop.client().place(orderItems=[{"productId": 1, "quantity": 1}, {"productId": 2, "quantity": 1}])
    first, second = items_of(shop, order)
    url, number = shop.database_url, order["id"]
    mark(url, number, "article", first.id, why="quantity", announced="0.5")
    mark(url, number, "price", first.id, why="above", announced=1, ours=2)
    mark(url, number, "artwork", second.id, why="elements")
    mark(url, number, "delivery", None, announced=1000)
    mark(url, number, "contact", None, why="missing", missing=["city"])
    mark(url, number, "price", None, why="total")
    db.execute(url, "UPDATE orders SET shipping_city = NULL WHERE id = :id", id=number)
    assert mend(boss, order, **{f"quantity_{first.id}": "2"}).status == 303
    assert row_of(shop, order).marks == "price delivery artwork contact"
    assert mend(boss, order, **{f"drop_{second.id}": "on", "city": "Dakar", "fee": "1500"}).status == 303
    assert row_of(shop, order).marks == "price"
    assert mend(boss, order, **{f"price_{first.id}": "1"}).status == 303
    assert row_of(shop, order).marks == "price", "what the customer was told in all is asked still"
    known = {item.id for item in items_of(shop, order)}
    open_marks = "SELECT item_id FROM order_marks WHERE order_id = :id AND cleared_at IS NULL"
    assert {row.item_id for row in db.select(url, open_marks, id=number)} <= known | {None}
    whole(shop)


def test_a_dropped_line_takes_its_artwork_along(shop: Inside) -> None:
    """SQLite gives the id of a line that is gone to the next one."""
    boss = shop.admin_once()
    drawn_on = {"productId": 2, "quantity": 1, "mockupUrl": "https://example.org/a.png", "customizationId": "c-1"}
    order = shop.client().place(orderItems=[{"productId": 1, "quantity": 1}, drawn_on])
    _first, second = items_of(shop, order)
    before = row_of(shop, order).sent_size
    assert before > 0
    assert mend(boss, order, **{f"drop_{second.id}": "on"}).status == 303
    assert mend(boss, order, product_new1="Ruban", price_new1="500").status == 303
    lines = seen(boss, order)["orderItems"]
    assert [line.get("mockupUrl") for line in lines] == [None, None]
    left = db.select(shop.database_url, "SELECT text FROM sent_json WHERE order_id = :id", id=order["id"])
    assert row_of(shop, order).sent_size == sum(len(row.text.encode()) for row in left)
    whole(shop)


def test_a_zone_has_its_price(shop: Inside) -> None:
    boss, order = shop.admin_once(), shop.client().place()
    zone = city(shop, "Ouakam", "15")
    mark(shop.database_url, order["id"], "delivery", None, announced=1)
    assert mend(boss, order, zone=zone).status == 303
    row = row_of(shop, order)
    assert (row.shipping_amount, row.delivery_place, row.marks) == (1500, "Ouakam", "")
    assert row.total == row.subtotal + 1500
    whole(shop)


def test_what_customers_wrote_is_shown_as_text_and_kept_as_it_is(shop: Inside) -> None:
    boss = shop.admin_once()
    long = "<script>alert(1)</script>" + "rue " * 200
    order = shop.client().place(
        shippingDetails=cart()["shippingDetails"] | {"street": long, "city": '"><img src=x onerror=alert(1)>'}
    )
    before = row_of(shop, order)
    page = boss.get(edit(order), Cookie=boss.cookie).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert mend(boss, order, region="Dakar").status == 303, "although the street is longer than the team may write"
    assert row_of(shop, order).shipping_street == before.shipping_street


def test_what_is_paid_of_a_mended_order_is_right(shop: Inside) -> None:
    boss, product = shop.admin_once(), add_product(shop, stock=None, name="Affiche", price="10000")
    order = order_in(shop, "CONFIRMED", orderItems=[{"productId": product, "quantity": 1}])
    [item] = items_of(shop, order)
    assert money(boss, order, "pay").status == 303
    assert row_of(shop, order).payment_status == "PAID"
    told = [("2", "PARTLY", "PENDING"), ("1", "PAID", "PAID")]
    for quantity, state, wire in told:
        assert mend(boss, order, **{f"quantity_{item.id}": quantity}).status == 303
        assert (row_of(shop, order).payment_status, row_of(shop, order).paid) == (state, 10_000)
        assert boss.get("/notifications").json["data"][0]["data"]["paymentStatus"] == wire
        assert seen(boss, order)["paymentStatus"] == wire
        whole(shop)
    assert mend(boss, order, **{f"price_{item.id}": "6000"}).status == 303
    assert money(boss, order, "give-back", amount="4000", note="Trop payé").status == 303
    row = row_of(shop, order)
    assert (row.payment_status, row.paid - row.refunded, row.total) == ("PAID", 6000, 6000)
    whole(shop)


def together(*calls: Callable[[], Answer]) -> list[Answer]:
    return at_once(len(calls), lambda n: calls[n]())


@ON_POSTGRES
def test_two_admins_at_once(shop: Inside) -> None:
    """Mending against moving: one of them is first, and the other is told who."""
    boss = shop.admin_once()
    for _ in range(3):
        product = add_product(shop, stock=10, name="Course", price="1000")
        order = order_in(shop, "CONFIRMED", orderItems=[{"productId": product, "quantity": 1}])
        [item] = items_of(shop, order)
        sent = drawn(boss, order).filled(**{f"quantity_{item.id}": "4", "reason": WHY})
        mends = partial(boss.form, edit(order), sent, Cookie=boss.cookie)
        cancels = partial(move, boss, order, "CANCELLED", version=order["version"])
        mended, moved = together(mends, cancels)
        assert sorted((mended.status < 400, moved.status < 400)) == [False, True]
        left = {True: 6, False: 10}[mended.status < 400]
        assert stock_of(shop, product) == left
    whole(shop)


@ON_POSTGRES
def test_many_admins_add_lines_at_once(shop: Inside) -> None:
    boss, product = shop.admin_once(), add_product(shop, stock=100, name="Ensemble", price="1000")
    order = order_in(shop, "PENDING", orderItems=[{"productId": product, "quantity": 1}])

    def add(n: int) -> Answer:
        sent = drawn(boss, order).filled(product_new1=f"Ensemble ({product})", quantity_new1=str(n + 1), reason=WHY)
        return boss.form(edit(order), sent, Cookie=boss.cookie)

    answers = at_once(6, add)
    done = [answer for answer in answers if answer.status == 303]
    assert done
    assert {answer.status for answer in answers} <= {303, 409}
    assert len(items_of(shop, order)) == 1 + len(done) == row_of(shop, order).version
    assert stock_of(shop, product) == 100 - sum(item.quantity for item in items_of(shop, order))
    whole(shop)


@ON_POSTGRES
def test_random_histories_are_what_a_recount_says(shop: Inside) -> None:
    """Mends, moves, steps taken back and cancellations in any order: stock, counters and money are always right."""
    seed = random.randrange(10**6)
    chance, boss = random.Random(seed), shop.admin_once()
    products = [add_product(shop, stock=40, name=f"Hasard {n}", price=str(1000 + n)) for n in range(3)]
    orders = [
        shop.client().place(orderItems=[{"productId": chance.choice(products), "quantity": chance.randint(1, 3)}])
        for _ in range(4)
    ]
    for n in range(40):
        order = seen(boss, chance.choice(orders))
        if chance.random() < 0.5:
            said = {"fee": str(chance.randint(0, 3000))}
            for item in items_of(shop, order):
                if chance.random() < 0.3:
                    said[f"drop_{item.id}"] = "on"
                else:
                    said[f"quantity_{item.id}"] = str(chance.randint(0, 6))
            if chance.random() < 0.6:
                said |= {
                    "product_new1": f"Hasard ({chance.choice(products)})",
                    "quantity_new1": str(chance.randint(1, 9)),
                }
            answer = mend(boss, order, **said) if order["status"] in ("PENDING", "CONFIRMED", "PROCESSING") else None
            assert answer is None or answer.status in (303, 400, 409), seed
        elif chance.random() < 0.3:
            amount = str(chance.randint(1, 5000))
            assert money(boss, order, chance.choice(("pay", "give-back")), amount=amount, note="Essai").status < 500
        elif chance.random() < 0.6 and NEXT[order["status"]]:
            assert move(boss, order, chance.choice(NEXT[order["status"]])).status == 200, seed
        else:
            fields = {"version": str(order["version"]), "reason": "Essai"}
            answer = boss.form(
                f"/dashboard/orders/{order['id']}/take-back", fields, Cookie=boss.cookie, HX_Request="true"
            )
            assert answer.status in (200, 409), seed
        assert n % 5 or kept(shop.database_url) == counted(shop.database_url), seed
    held = dict.fromkeys(products, 0)
    for order in orders:
        for item in items_of(shop, order) if seen(boss, order)["status"] not in ("CANCELLED", "REJECTED") else ():
            held[item.product_id] += item.quantity
    assert {product: 40 - stock_of(shop, product) for product in products} == held, seed
    whole(shop)
