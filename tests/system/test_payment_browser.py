"""Money that two admins note at the same time, on a desk and on a phone."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.support import database as db
from tests.support.browser import PHONE, Visitors
from tests.support.client import Client
from tests.support.gestures import enter_live
from tests.support.recount import counted, kept
from tests.support.server import Shop

pytestmark = pytest.mark.parametrize(
    "database_kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.matrix)], indirect=True
)
Admins = tuple[Client, Client]
SERIOUS = ("serious", "critical")


def test_a_deposit_the_rest_and_a_refund_and_the_slip_after_each(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    order = shop.client().place()
    here, total = f"/dashboard/orders/{order['id']}", _shown(order["totalAmount"])
    one, other = enter_live(visitors, admins[0], here), enter_live(visitors, admins[1], here, viewport=PHONE)
    board = visitors.enter(admins[1], "/dashboard", viewport=PHONE)
    paper = visitors.enter(admins[0], _slip(order))
    chip = board.locator(f"#order-{order['id']} .paid")
    expect(chip).to_have_text("À encaisser")
    _slip_says(paper, f"À encaisser à la livraison : {total}")

    one.get_by_label("Montant").first.fill("5")
    one.get_by_label("Moyen").first.select_option("WAVE")
    one.get_by_role("button", name="Marquer payée").dblclick()
    expect(one.locator("#payment .paid")).to_have_text("En partie")
    for page in (one, other):
        expect(page.locator(".history")).to_contain_text(re.compile(r"Encaissé : 5,00\s€ · Wave"))
    expect(one.get_by_label("Montant").first).to_have_value("")
    expect(chip).to_have_text("En partie")
    _slip_says(paper, f"À encaisser à la livraison : {_shown(order['totalAmount'] - 5)}", "Déjà payé : 5,00")
    found = Axe().run(one)
    assert [each["id"] for each in found.response["violations"] if each["impact"] in SERIOUS] == []
    assert other.evaluate("document.documentElement.scrollWidth") == PHONE["width"]

    other.get_by_role("button", name="Marquer payée").click()
    expect(one.locator("#payment .paid")).to_have_text("Payée")
    expect(chip).to_have_text("Payée")
    _slip_says(paper, "Déjà payé : rien à encaisser")

    other.get_by_role("button", name="Noter un remboursement…").click()
    dialog = other.locator("#give-back")
    dialog.get_by_label("Motif").fill("Retour")
    dialog.get_by_role("button", name="Noter").click()
    expect(dialog).to_be_hidden()
    expect(one.locator("#payment .paid")).to_have_text("Remboursée")
    _slip_says(paper, "Remboursé")
    assert kept(shop.database_url) == counted(shop.database_url)


def test_two_pay_at_once_and_one_pays_what_the_other_cancels(shop: Shop, admins: Admins, visitors: Visitors) -> None:
    visitors.expect_complaint("409")
    twice, cancelled = shop.client().place(), shop.client().place()
    pages = [visitors.enter(admin, f"/dashboard/orders/{twice['id']}") for admin in admins]
    for page in pages:
        page.get_by_label("Montant").first.fill("5")
    for page in pages:
        page.get_by_role("button", name="Marquer payée").click(no_wait_after=True)
    expect(pages[0].locator("#payment .paid")).to_have_text("En partie")
    paid = db.select(shop.database_url, "SELECT paid FROM orders WHERE id = :id", id=twice["id"])[0].paid
    assert paid in (500, 1000)  # the second saw the first's, or is told of it

    page = visitors.enter(admins[0], f"/dashboard/orders/{cancelled['id']}")
    page.evaluate("document.querySelector('#payment input[name=version]').setAttribute('hx-morph-skip', '')")
    stale = page.locator("#payment form").first.evaluate("form => new URLSearchParams(new FormData(form)).toString()")
    assert admins[1].patch(f"/orders/{cancelled['id']}/status", {"status": "CANCELLED"}).status == 200
    expect(page.get_by_role("button", name="Marquer payée")).to_have_count(0)
    answer = admins[0].form(
        f"/dashboard/orders/{cancelled['id']}/pay",
        [(name, value) for name, _, value in (pair.partition("=") for pair in stale.split("&"))],
        **{"Cookie": admins[0].cookie, "HX-Request": "true"},
    )
    assert answer.status == 409
    assert "Annulée par" in answer.text
    row = db.select(shop.database_url, "SELECT paid, status FROM orders WHERE id = :id", id=cancelled["id"])[0]
    assert tuple(row) == (0, "CANCELLED")


def test_the_ticked_orders_are_paid_and_leave_what_is_to_collect(
    shop: Shop, admins: Admins, visitors: Visitors
) -> None:
    orders = [shop.client().place() for _ in range(2)]
    for order in orders:
        for status in ("CONFIRMED", "PROCESSING", "SHIPPED"):
            assert admins[0].patch(f"/orders/{order['id']}/status", {"status": status}).status == 200
    collect = visitors.enter(admins[1], "/dashboard/to-collect", viewport=PHONE)
    rows = [collect.locator(f"#collect-{order['id']}") for order in orders]
    for row in rows:
        expect(row).to_be_visible()
    assert collect.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    found = Axe().run(collect)
    assert [each["id"] for each in found.response["violations"] if each["impact"] in SERIOUS] == []
    board = visitors.enter(admins[0])
    for order in orders:
        board.locator(f"#order-{order['id']} .pick input").check()
    board.get_by_role("button", name="Marquer payées…").click()
    board.locator("#pay-many").get_by_role("button", name="Noter").click()
    expect(board.locator("#outcome")).to_contain_text(re.compile(r"2\scommandes marquées payées"))
    for order, row in zip(orders, rows, strict=True):
        expect(board.locator(f"#order-{order['id']} .paid")).to_have_text("Payée")
        expect(row).to_have_count(0)
    expect(board.locator("#outcome")).not_to_contain_text("décochée")


def _shown(amount: float) -> str:
    return f"{amount:.2f}".replace(".", ",")


def _slip(order: dict[str, Any]) -> str:
    return f"/dashboard/print?ids={order['id']}&as=slip"


def _slip_says(paper: Page, *words: str) -> None:
    paper.reload()
    for each in words:
        expect(paper.locator(".collect")).to_contain_text(each)
