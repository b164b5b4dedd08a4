"""Money that the team notes, over HTTP, as the order's page and the list send it."""

import random
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from tests.clearing.test_clearing import here, page_of, problem, row_of
from tests.conftest import NewDatabase
from tests.mending.test_mending import mend
from tests.support import database as db
from tests.support.client import Answer, Client, cart
from tests.support.forms import form, forms
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE
from tests.support.recount import counted, kept

TOTAL = 12_000


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    with Inside(new_database(), tmp_path_factory.mktemp("paying"), SHOP_CURRENCY="XOF") as shop:
        yield shop
        assert kept(shop.database_url) == counted(shop.database_url)


@pytest.fixture
def admin(shop: Inside) -> Client:
    return shop.admin_once()


@pytest.fixture
def order(shop: Inside) -> dict[str, Any]:
    """Of 10 000 F CFA, and 2 000 for its delivery."""
    return placed(shop)


def placed(shop: Inside, **changes: Any) -> dict[str, Any]:
    order: dict[str, Any] = shop.client().place(**changes)
    same = "UPDATE orders SET subtotal = 10000, shipping_amount = 2000, total = 12000 WHERE id = :id"
    db.execute(shop.database_url, same, id=order["id"])
    db.execute(shop.database_url, "UPDATE order_items SET total_price = 10000 WHERE order_id = :id", id=order["id"])
    recounted(shop)
    return order


def recounted(shop: Inside) -> None:
    assert shop.app.test_cli_runner().invoke(args=["statistics", "recount"]).exit_code == 0


def note(who: Client, order: dict[str, Any], act: str = "pay", **said: str) -> Answer:
    """What the page's form sends; without JavaScript."""
    path = f"{here(order)}/{act}"
    return who.form(path, form(page_of(who, order), path).filled(**said), Cookie=who.cookie)


def refused(who: Client, order: dict[str, Any], act: str = "pay", **said: str) -> str:
    """What the next page says of it."""
    return plain(problem(who, note(who, order, act, **said), order))


def plain(text: str) -> str:
    return unescape(text).replace("\u202f", " ").replace("\xa0", " ")


def money_of(shop: Inside, order: dict[str, Any]) -> tuple[str, int, int]:
    row = row_of(shop, order)
    return row.payment_status, row.paid, row.refunded


def told_of(shop: Inside, order: dict[str, Any]) -> dict[str, Any]:
    data = shop.admin_once().get(f"/orders/{order['id']}").data
    return {"status": data["paymentStatus"], "text": data["payment_info"]["status_text"]}


def move(shop: Inside, order: dict[str, Any], *statuses: str) -> None:
    for status in statuses:
        assert shop.admin_once().patch(f"/orders/{order['id']}/status", {"status": status}).status == 200


def test_a_new_order_is_due_or_waits_for_its_gateway(shop: Inside, order: dict[str, Any]) -> None:
    waiting = placed(shop, paymentMethod="WAVE")
    assert [money_of(shop, each) for each in (order, waiting)] == [("DUE", 0, 0), ("PENDING", 0, 0)]
    assert told_of(shop, order) == told_of(shop, waiting) == {"status": "PENDING", "text": "En attente de paiement"}


def test_a_deposit_the_rest_and_a_refund(shop: Inside, admin: Client, order: dict[str, Any]) -> None:
    assert note(admin, order, amount="5 000", means="WAVE", note="Acompte").status == 303
    assert money_of(shop, order) == ("PARTLY", 5000, 0)
    assert told_of(shop, order) == {"status": "PENDING", "text": "Payé en partie"}
    note(admin, order)
    assert money_of(shop, order) == ("PAID", TOTAL, 0)
    assert told_of(shop, order) == {"status": "PAID", "text": "Payé"}
    note(admin, order, "give-back", amount="3000", note="Un mug cassé")
    assert money_of(shop, order) == ("PAID", TOTAL, 3000)
    note(admin, order, "give-back", note="Et le reste")
    assert money_of(shop, order) == ("REFUNDED", TOTAL, TOTAL)
    assert told_of(shop, order) == {"status": "REFUNDED", "text": "Remboursé"}
    page = page_of(admin, order)
    for words in ("Encaissé : 5 000 F CFA · Wave", "Acompte", "Remboursé : 3 000 F", "Un mug cassé"):
        assert words in plain(page)


def test_what_was_given_back_may_be_paid_anew(shop: Inside, admin: Client, order: dict[str, Any]) -> None:
    note(admin, order, amount="5000")
    note(admin, order, "give-back", note="Il préfère payer en une fois")
    note(admin, order, amount="7000")
    assert money_of(shop, order) == ("PARTLY", 7000, 0)
    note(admin, order)
    assert money_of(shop, order) == ("PAID", TOTAL, 0)


def test_what_was_noted_by_mistake_never_came(shop: Inside, admin: Client, order: dict[str, Any]) -> None:
    note(admin, order)
    note(admin, order, "give-back", amount="2000", note="Faute de frappe", mistaken="on")
    assert money_of(shop, order) == ("PARTLY", 10_000, 0)
    note(admin, order, "give-back", note="Autre commande", mistaken="on")
    assert money_of(shop, order) == ("DUE", 0, 0)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("12001", "Il ne reste que 12 000"),
        ("-5", "Un montant"),
        ("0", "plus grand que zéro"),
        ("12,50", "Un montant"),
        ("12.5", "Un montant"),
        ("5000 €", "Un montant"),
        ("beaucoup", "Un montant"),
        ("9" * 30, "Un montant"),
    ],
)
@pytest.mark.parametrize("act", ["pay", "give-back"])
def test_an_amount_that_cannot_be_is_refused(shop: Inside, admin: Client, act: str, amount: str, words: str) -> None:
    order = placed(shop)
    if act == "give-back":
        note(admin, order)
        words = words.replace("Il ne reste que", "plus que ce qui a été encaissé :")
    before = row_of(shop, order)
    said = refused(admin, order, act, amount=amount, note="Motif")
    assert words in said
    assert row_of(shop, order) == before


def test_a_refund_needs_its_reason_and_a_payment_known_means(
    shop: Inside, admin: Client, order: dict[str, Any]
) -> None:
    note(admin, order)
    before = row_of(shop, order)
    assert "Rien n'a été noté" in refused(admin, order, "give-back", amount="1", note=" ")
    assert "Rien n'a été noté" in refused(admin, order, "give-back", note="x", means="GOLD")
    assert row_of(shop, order) == before


def test_paying_twice_pays_once(shop: Inside, admin: Client, order: dict[str, Any]) -> None:
    path = f"{here(order)}/pay"
    filled = form(page_of(admin, order), path).filled(amount="5000")
    for _ in range(2):
        assert admin.form(path, filled, Cookie=admin.cookie).status == 303
    assert money_of(shop, order) == ("PARTLY", 5000, 0)


def test_what_was_changed_meanwhile_is_said(shop: Inside, admin: Client, order: dict[str, Any]) -> None:
    path = f"{here(order)}/pay"
    first, second = (form(page_of(admin, order), path).filled(amount=amount) for amount in ("5000", "7000"))
    admin.form(path, first, Cookie=admin.cookie)
    words = problem(admin, admin.form(path, second, Cookie=admin.cookie), order)
    assert "encaissés par Admin PrintAlma" in words
    assert money_of(shop, order) == ("PARTLY", 5000, 0)


def test_a_cancelled_order_is_not_paid_but_its_money_goes_back(
    shop: Inside, admin: Client, order: dict[str, Any]
) -> None:
    note(admin, order, amount="5000")
    path = f"{here(order)}/pay"
    late = form(page_of(admin, order), path).filled()
    move(shop, order, "CANCELLED")
    assert "Annulée par" in problem(admin, admin.form(path, late, Cookie=admin.cookie), order)
    page = page_of(admin, order)
    assert path not in [each.path for each in forms(page)]
    assert "À rendre au client" in page
    answer = admin.post(f"/orders/{order['id']}/mark-as-paid", {})
    assert (answer.status, money_of(shop, order)) == (409, ("PARTLY", 5000, 0))
    note(admin, order, "give-back", note="Annulée")
    assert money_of(shop, order) == ("REFUNDED", 5000, 5000)


def test_a_mend_makes_too_much_of_what_was_paid_or_too_little(shop: Inside, admin: Client) -> None:
    order = shop.client().place()
    mend(admin, order, fee="2000")
    note(admin, order)
    total = row_of(shop, order).total
    mend(admin, order, fee="500")
    assert money_of(shop, order) == ("PAID", total, 0)
    assert "Trop perçu" in page_of(admin, order)
    note(admin, order, "give-back", amount="1500", note="Livraison moins chère")
    assert money_of(shop, order) == ("PAID", total - 1500, 0)  # it earned nothing, so it is no loss either
    mend(admin, order, fee="2000")
    assert money_of(shop, order) == ("PARTLY", total - 1500, 0)


def test_several_are_paid_at_once_and_each_says_what_became_of_it(shop: Inside, admin: Client) -> None:
    due, paid, lost = (placed(shop) for _ in range(3))
    note(admin, paid)
    move(shop, lost, "REJECTED")
    ticked = [("order", f"{each['id']}:{row_of(shop, each).version}") for each in (due, paid, lost)]
    for _ in range(2):  # the second changes nothing, and is answered the same
        answer = admin.form(
            "/dashboard/orders/pay", [*ticked, ("means", "WAVE")], **{"Cookie": admin.cookie, "HX-Request": "true"}
        )
        assert "1 commande marquée payée" in answer.text
        assert "Il ne reste rien à encaisser" in plain(answer.text)
        assert "ne s'encaisse pas" in plain(answer.text)
    assert [money_of(shop, each)[0] for each in (due, paid, lost)] == ["PAID", "PAID", "DUE"]
    assert "Wave" in page_of(admin, due)


def test_the_list_is_of_one_state_and_its_file_says_what_is_due(shop: Inside, admin: Client) -> None:
    due, partly, lost, gone = (placed(shop) for _ in range(4))
    note(admin, partly, amount="5000")
    note(admin, gone)
    move(shop, lost, "CANCELLED")
    found = {}
    for state in ("DUE", "PARTLY", "PAID"):
        listed = admin.get(f"/orders/admin/all?paymentStatus={state}&limit=100").data["orders"]
        found[state] = {each["id"] for each in (due, partly, lost, gone)} & {each["id"] for each in listed}
    assert found == {"DUE": {due["id"]}, "PARTLY": {partly["id"]}, "PAID": {gone["id"]}}
    file = admin.get("/dashboard/orders.csv?paymentStatus=PARTLY", Cookie=admin.cookie).text
    line = next(line for line in file.splitlines() if partly["orderNumber"] in line)
    assert line.endswith("En partie;5000;0;7000")
    page = plain(admin.get("/dashboard?paymentStatus=PARTLY", Cookie=admin.cookie).text)
    assert f'id="order-{partly["id"]}"' in page
    assert f'id="order-{due["id"]}"' not in page


def test_the_slip_says_what_is_to_collect(shop: Inside, admin: Client, order: dict[str, Any]) -> None:
    def slip() -> str:
        page = admin.get(f"/dashboard/print?ids={order['id']}&as=slip", Cookie=admin.cookie).text
        found = re.search(r'class="collect">(.*?)</p>', plain(page), re.DOTALL)
        return " ".join(re.sub("<[^>]+>", " ", found[1]).split()) if found else ""

    said = [slip()]
    for amount in ("5000", ""):
        note(admin, order, amount=amount)
        said.append(slip())
    note(admin, order, "give-back", note="Retour")
    said.append(slip())
    assert said == [
        "À encaisser à la livraison : 12 000 F CFA dont 2 000 F CFA de livraison",
        "À encaisser à la livraison : 7 000 F CFA Déjà payé : 5 000 F CFA sur 12 000 F CFA",
        "Déjà payé : rien à encaisser",
        "Remboursé, rien n'est payé : 12 000 F CFA",
    ]


def test_the_numbers_are_of_products_less_refunds(
    new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with Inside(new_database(), tmp_path_factory.mktemp("numbers"), SHOP_CURRENCY="XOF") as shop:
        admin, first, second = shop.admin_once(), placed(shop), placed(shop)
        for order in (first, second):
            move(shop, order, "CONFIRMED")
        note(admin, first)
        note(admin, first, "give-back", amount="3000", note="Geste")
        note(admin, second, amount="5000")
        found = admin.get("/orders/admin/statistics").data
        money = found["totalRevenue"], found["revenueToday"], found["totalCollected"], found["totalToCollect"]
        assert money == (17_000, 17_000, 14_000, 7_000)
        page = plain(admin.get("/dashboard/numbers?period=today", Cookie=admin.cookie).text)
        assert "14 000 F CFA" in page
        assert kept(shop.database_url) == counted(shop.database_url)


def test_mark_as_paid_does_what_it_says(shop: Inside, admin: Client, order: dict[str, Any]) -> None:
    said = {"paymentMethod": "MANUAL", "notes": "Reçu au marché"}
    answer = admin.post(f"/orders/{order['id']}/mark-as-paid", said)
    assert (answer.status, answer.json["success"]) == (200, True)
    assert answer.json["message"] == f"Commande {order['orderNumber']} marquée comme payée avec succès"
    assert (answer.data["status"], answer.data["paymentStatus"]) == ("PENDING", "PAID")
    assert "Reçu au marché" in page_of(admin, order)
    before = row_of(shop, order)
    again = admin.post(f"/orders/{order['id']}/mark-as-paid", {})
    assert (again.status, again.data["version"], row_of(shop, order)) == (200, answer.data["version"], before)
    assert admin.post("/orders/999999/mark-as-paid", {}).status == 404
    assert admin.post(f"/orders/{placed(shop)['id']}/mark-as-paid", {"notes": 7}).status == 400


@ON_SQLITE
def test_after_any_history_a_recount_says_the_same(shop: Inside, admin: Client) -> None:
    chance, orders = random.Random(7), [placed(shop) for _ in range(4)]
    for _ in range(60):
        order = chance.choice(orders)
        act = chance.choice(["pay", "pay", "give-back", "give-back", "move", "back"])
        row = row_of(shop, order)
        path = f"{here(order)}/{act}"
        said = {"version": str(row.version), "amount": str(chance.randint(1, TOTAL)), "note": "Hasard"}
        if act == "give-back" and chance.random() < 0.3:
            said["mistaken"] = "on"
        if act == "move":
            following = admin.get(f"/orders/{order['id']}").data["allowedTransitions"]
            path, said = f"{here(order)}/status", {"version": str(row.version), "status": "DELIVERED"}
            if following:
                said["status"] = chance.choice(following)
        if act == "back":
            path, said = f"{here(order)}/take-back", {"version": str(row.version), "reason": "Hasard"}
        admin.form(path, said, Cookie=admin.cookie)
        state, paid, refunded = money_of(shop, order)
        assert 0 <= refunded <= paid <= refunded + TOTAL
        assert (state == "REFUNDED") == (0 < paid == refunded)
        assert (state == "DUE") == (paid == 0)
        assert kept(shop.database_url) == counted(shop.database_url)


def test_orders_in_a_currency_of_cents(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> None:
    with Inside(new_database(), tmp_path_factory.mktemp("cents")) as shop:
        order = shop.client().place(**cart())
        admin = shop.admin_once()
        note(admin, order, amount="5,50")
        assert money_of(shop, order) == ("PARTLY", 550, 0)
        assert "Rien n'a été noté" in refused(admin, order, amount="5,505")
        assert money_of(shop, order) == ("PARTLY", 550, 0)
