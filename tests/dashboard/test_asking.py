"""A step that asks: every door asks alike, an answer is kept, and taking it back leaves nothing of it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.conftest import NewDatabase
from tests.orders.test_taking_back import let_age, take_back, undo
from tests.orders.test_transitions import move, order_in
from tests.support import database as db
from tests.support import recount
from tests.support.client import Answer, Client
from tests.support.forms import form
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE

pytestmark = ON_SQLITE

LIST = "/dashboard/orders/move"
REASON = "Client injoignable"


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    """What is counted is of this file alone."""
    with Inside(new_database(), tmp_path_factory.mktemp("asking"), CORS_ORIGINS="") as shop:
        yield shop
        assert recount.kept(shop.database_url) == recount.counted(shop.database_url)


@pytest.fixture(scope="module")
def owner(shop: Inside) -> Client:
    return shop.admin_once()


def page_of(order: dict[str, Any]) -> str:
    return f"/dashboard/orders/{order['id']}/status"


def doors(order: dict[str, Any], status: str) -> list[tuple[str, dict[str, str]]]:
    """How a move of one order may be sent: by its row, ticked, from its page."""
    seen = f"{order['id']}:{order['version']}"
    return [
        (LIST, {"step": f"{seen}:{status}"}),
        (LIST, {"order": seen, "status": status}),
        (page_of(order), {"status": status, "version": str(order["version"])}),
    ]


def press(who: Client, path: str, fields: dict[str, str], **headers: str) -> Answer:
    return who.form(path, fields, Cookie=who.cookie, **headers)


def act(who: Client, order: dict[str, Any], status: str, **answers: str) -> dict[str, Any]:
    """The order after a step from its page, with what was asked answered."""
    path, fields = doors(order, status)[2]
    answer = press(who, path, fields | {"asked": status} | answers, HX_Request="true")
    assert answer.status == 200, answer.text
    return now(who, order)


def now(who: Client, order: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = who.get(f"/orders/{order['id']}").data
    return found


def history(who: Client, order: dict[str, Any]) -> str:
    return who.get(f"/dashboard/orders/{order['id']}", Cookie=who.cookie).text.partition('class="card history"')[2]


def money(shop: Inside, order: dict[str, Any]) -> tuple[Any, ...]:
    row = db.select(shop.database_url, "SELECT paid, refunded, payment_status FROM orders WHERE id = :i", i=order["id"])
    return tuple(row[0])


def found_by(who: Client, words: str) -> str:
    """The list that a search finds."""
    return who.get(f"/orders/admin/all?{urlencode({'search': words})}").text


@pytest.mark.parametrize(
    ("before", "status", "question"),
    [
        ("PENDING", "CANCELLED", "Annuler la commande"),
        ("PENDING", "REJECTED", "Rejeter la commande"),
        ("PROCESSING", "SHIPPED", "Expédier la commande"),
        ("SHIPPED", "DELIVERED", "livrée : encaissée ?"),
    ],
)
@pytest.mark.parametrize("door", range(3))
def test_every_door_asks_and_changes_nothing(
    shop: Inside, owner: Client, before: str, status: str, question: str, door: int
) -> None:
    order = order_in(shop, before)
    path, fields = doors(order, status)[door]
    dialog = press(owner, path, fields, HX_Request="true", HX_Current_URL=f"{owner.url}/dashboard")
    assert dialog.status == 200
    assert 'hx-target="#question"' in dialog.text
    assert question in dialog.text
    plain = press(owner, path, fields)
    assert plain.status == 400
    assert "<dialog" not in plain.text.partition('class="card question"')[2].partition("</form>")[0]
    again = form(plain.text, path)
    assert now(owner, order)["version"] == order["version"]
    answered = dict(again.filled(reason=REASON) if status in ("CANCELLED", "REJECTED") else again.fields)
    assert press(owner, path, answered | dict(again.buttons)).status == 303
    assert now(owner, order)["status"] == status


@pytest.mark.parametrize("status", ["CONFIRMED"])
def test_other_steps_ask_nothing(shop: Inside, owner: Client, status: str) -> None:
    for path, fields in doors(shop.client().place(), status):
        assert press(owner, path, fields).status == 303


def test_the_reason_is_kept_and_shown(shop: Inside, owner: Client) -> None:
    order = shop.client().place()
    act(owner, order, "CANCELLED", reason="Rupture de <b>stock", notes="Rappelée deux fois")
    shown = history(owner, order)
    assert "Motif : Rupture de &lt;b&gt;stock" in shown
    assert "Rappelée deux fois" in shown
    assert "Rupture" not in shop.client().get(f"/orders/number/{order['orderNumber']}").text


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({}, "Choisissez un motif"),
        ({"reason": "  "}, "Choisissez un motif"),
        ({"reason": "x" * 101}, "100"),
        ({"reason": "a\x00b"}, "Caract"),
        ({"reason": REASON, "notes": "x" * 2001}, "2000"),
    ],
)
def test_no_reason_or_no_good_one_changes_nothing(
    shop: Inside, owner: Client, answers: dict[str, str], sentence: str
) -> None:
    order = shop.client().place()
    path, fields = doors(order, "REJECTED")[2]
    since = owner.last_event()
    for headers in ({}, {"HX_Request": "true"}):
        answer = press(owner, path, fields | {"asked": "REJECTED"} | answers, **headers)
        assert answer.status == 400
        assert sentence in answer.text
    assert (now(owner, order)["version"], owner.last_event()) == (order["version"], since)


def test_a_call_gives_a_reason_or_none(shop: Inside, owner: Client) -> None:
    order, other, own = (shop.client().place() for _ in range(3))
    assert move(owner, order, "CANCELLED").status == 200
    assert "Sans motif" in history(owner, order)
    assert move(owner, other, "REJECTED", reason=REASON).status == 200
    assert f"Motif : {REASON}" in history(owner, other)
    assert move(owner, own, "CANCELLED", reason="x" * 101).status == 400
    assert move(owner, own, "CANCELLED", reason=7).status == 400
    assert now(owner, own)["status"] == "PENDING"


def test_the_shop_says_which_reasons_there_are(shop: Inside, owner: Client) -> None:
    page = form(owner.get("/dashboard/settings", Cookie=owner.cookie).text, "/dashboard/settings")
    assert dict(page.fields)["reasons"].splitlines()[:2] == ["Client injoignable", "Adresse introuvable"]
    for wrong in ("x" * 101, "\n".join(map(str, range(31)))):
        assert owner.form(page.action, page.filled(reasons=wrong), Cookie=owner.cookie).status == 400
    saved = owner.form(page.action, page.filled(reasons=" Trop loin \n\nTrop loin\n<i>Autre"), Cookie=owner.cookie)
    assert saved.status == 303
    path, fields = doors(shop.client().place(), "CANCELLED")[2]
    asked = press(owner, path, fields).text
    assert asked.count('type="radio"') == 2
    assert 'value="Trop loin"' in asked
    assert "&lt;i&gt;Autre" in asked
    page = form(owner.get("/dashboard/settings", Cookie=owner.cookie).text, "/dashboard/settings")
    assert dict(page.fields)["reasons"] == "Trop loin\n<i>Autre"
    assert owner.form(page.action, page.filled(reasons=""), Cookie=owner.cookie).status == 303
    assert press(owner, path, fields).text.count('type="radio"') == 7


def test_a_parcel_has_a_carrier_and_a_number(shop: Inside, owner: Client) -> None:
    order = order_in(shop, "PROCESSING")
    shipped = act(owner, order, "SHIPPED", carrier="Yobanté Express", trackingNumber="RB 123 456 SN")
    assert (shipped["transporteurName"], shipped["trackingNumber"]) == ("Yobanté Express", "RB 123 456 SN")
    page = owner.get(f"/dashboard/orders/{order['id']}", Cookie=owner.cookie).text
    assert "Suivi : RB 123 456 SN" in page
    assert "RB 123 456 SN" in owner.get(f"/dashboard/print?ids={order['id']}&as=slip", Cookie=owner.cookie).text
    assert "RB 123 456 SN" in owner.get("/dashboard/orders.csv", Cookie=owner.cookie).text
    for asked in ("rb123456sn", "RB 123 456 SN", "123 456"):
        assert order["orderNumber"] in found_by(owner, asked)
    last = move(owner, shipped, "DELIVERED").data
    assert last["trackingNumber"] == "RB 123 456 SN"


def test_a_step_taken_back_takes_its_parcel_along(shop: Inside, owner: Client) -> None:
    order = order_in(shop, "PROCESSING")
    shipped = act(owner, order, "SHIPPED", carrier="DHL", trackingNumber="JD0146")
    assert undo(owner, shipped).status == 200
    found = now(owner, order)
    assert [found[name] for name in ("status", "transporteurName", "trackingNumber")] == ["PROCESSING", None, None]
    assert order["orderNumber"] not in found_by(owner, "jd0146")
    again = act(owner, found, "SHIPPED")
    assert (again["status"], again["trackingNumber"]) == ("SHIPPED", None)


def test_a_call_brings_the_parcel_too(shop: Inside, owner: Client) -> None:
    order = order_in(shop, "PROCESSING")
    shipped = move(owner, order, "SHIPPED", trackingNumber="1Z999", carrier="UPS")
    assert (shipped.data["trackingNumber"], shipped.data["transporteurName"]) == ("1Z999", "UPS")
    assert (
        move(owner, order, "SHIPPED", trackingNumber="1Z999", carrier="UPS").data["version"] == shipped.data["version"]
    )
    assert move(owner, order, "SHIPPED", trackingNumber="other").status == 409
    other = order_in(shop, "PROCESSING")
    assert move(owner, other, "SHIPPED", trackingNumber="x" * 101).status == 400
    assert move(owner, other, "SHIPPED", trackingNumber=["x"]).status == 400
    assert now(owner, other)["status"] == "PROCESSING"


def test_paid_at_the_door_or_not_yet(shop: Inside, owner: Client) -> None:
    order, other = order_in(shop, "SHIPPED"), order_in(shop, "SHIPPED")
    before = money(shop, order)
    paid = act(owner, order, "DELIVERED", collected="yes")
    assert paid["paymentStatus"] == "PAID"
    assert money(shop, order)[0] > 0
    assert act(owner, other, "DELIVERED", collected="no")["paymentStatus"] == "PENDING"
    assert money(shop, other) == before
    assert undo(owner, paid).status == 200
    assert undo(owner, paid).status == 200  # the same again
    assert money(shop, order) == before
    assert now(owner, order)["status"] == "SHIPPED"


def test_a_call_collects_nothing(shop: Inside, owner: Client) -> None:
    order = order_in(shop, "SHIPPED")
    before = money(shop, order)
    assert move(owner, order, "DELIVERED", collected=True).status == 200
    assert money(shop, order) == before


def test_what_is_paid_otherwise_is_not_asked(shop: Inside, owner: Client) -> None:
    order = order_in(shop, "SHIPPED", paymentMethod="WAVE")
    before = money(shop, order)
    path, fields = doors(order, "DELIVERED")[0]
    assert press(owner, path, fields | {"asked": "DELIVERED", "collected": "yes"}).status == 303
    assert money(shop, order) == before


def test_the_same_answer_again_is_no_second_payment(shop: Inside, owner: Client) -> None:
    order = order_in(shop, "SHIPPED")
    first = act(owner, order, "DELIVERED", collected="yes")
    paid = money(shop, order)
    assert act(owner, order, "DELIVERED", collected="yes")["version"] == first["version"]
    assert money(shop, order) == paid


def test_an_owner_takes_back_later_what_was_paid(shop: Inside, owner: Client) -> None:
    order = order_in(shop, "SHIPPED")
    before = money(shop, order)
    paid = act(owner, order, "DELIVERED", collected="yes")
    let_age(shop, order)
    assert take_back(owner, paid, reason="Jamais livrée").status == 200
    assert money(shop, order) == before


def test_several_are_asked_once(shop: Inside, owner: Client) -> None:
    orders = [order_in(shop, "SHIPPED") for _ in range(2)] + [order_in(shop, "SHIPPED", paymentMethod="WAVE")]
    fields = [("status", "DELIVERED"), *(("order", f"{each['id']}:{each['version']}") for each in orders)]
    asked = owner.form(LIST, fields, Cookie=owner.cookie, HX_Request="true")
    assert asked.status == 200
    assert "3 commandes livrées" in asked.text
    assert "(2 commandes)" in asked.text
    answered = [*fields, ("asked", "DELIVERED"), ("collected", "yes")]
    assert owner.form(LIST, answered, Cookie=owner.cookie, HX_Request="true").status == 200
    assert [now(owner, order)["paymentStatus"] for order in orders] == ["PAID", "PAID", "PENDING"]
    assert undo(owner, *(now(owner, order) for order in orders)).status == 200
    assert [now(owner, order)["paymentStatus"] for order in orders] == ["PENDING"] * 3


def test_twenty_parcels_have_one_carrier_and_no_number(shop: Inside, owner: Client) -> None:
    orders = [order_in(shop, "PROCESSING") for _ in range(20)]
    fields = [("status", "SHIPPED"), *(("order", f"{each['id']}:{each['version']}") for each in orders)]
    assert 'name="trackingNumber"' not in owner.form(LIST, fields, Cookie=owner.cookie).text
    answered = [*fields, ("asked", "SHIPPED"), ("carrier", "Yobanté"), ("trackingNumber", "ONE")]
    assert owner.form(LIST, answered, Cookie=owner.cookie).status == 303
    found = [now(owner, order) for order in orders]
    assert {(each["status"], each["transporteurName"], each["trackingNumber"]) for each in found} == {
        ("SHIPPED", "Yobanté", None)
    }


def test_what_has_moved_meanwhile_is_refused_not_asked(shop: Inside, owner: Client) -> None:
    order = shop.client().place()
    move(owner, order, "CONFIRMED")
    path, fields = doors(order, "CANCELLED")[2]
    assert press(owner, path, fields, HX_Request="true").status == 409
    answered = fields | {"asked": "CANCELLED", "reason": REASON}
    assert press(owner, path, answered, HX_Request="true").status == 409
    assert now(owner, order)["status"] == "CONFIRMED"
