"""The pick list: what is fetched for many orders, as it lies on the shelves."""

import re
from collections import Counter
from html import unescape
from typing import Any

import pytest

from printalma.papers.picking import size_key
from tests.accounts.people import admin as new_admin
from tests.orders.test_placing import add_product
from tests.support.client import Client
from tests.support.inside import Inside

SIZES = ["XS", "S", "M", "L", "XL", "XXL", "3XL", "36", "38", "40"]


def picked(who: Client, *orders: dict[str, Any]) -> str:
    ids = ",".join(str(order["id"]) for order in orders)
    answer = who.get(f"/dashboard/print?ids={ids}&as=pick", Cookie=who.cookie)
    assert answer.status == 200, answer.text
    return answer.text[answer.text.index('<main class="sheets"') :]


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def shelves(page: str) -> dict[str, list[tuple[int, str]]]:
    """Of each shelf its lines."""
    found = {}
    for part in page.split('<section class="shelf">')[1:]:
        name = words(part.partition("</h3>")[0])
        rows = re.findall(r'class="quantity">(\d+) ×</td>\s*<th scope="row">(.*?)</th>', part, re.DOTALL)
        found[name] = [(int(n), words(what)) for n, what in rows]
    return found


def test_lines_of_many_orders_are_one_line_of_the_shelf(shop: Inside) -> None:
    boss = new_admin(shop)
    shirt = add_product(shop, name="T-shirt Baobab", price="1000", stock=None)
    mug = add_product(shop, name="Écharpe", price="1000", stock=None)
    lines = [
        {"productId": shirt, "quantity": 2, "size": size, "color": color}
        for size in ("XL", "M", "S")
        for color in ("Noir", "noir ", "Blanc")
    ]
    orders = [boss.place(orderItems=[*lines, {"productId": mug, "quantity": 1}]) for _ in range(3)]
    page = picked(boss, *orders)
    assert shelves(page) == {
        "3 × Écharpe": [(3, "Sans option")],
        "54 × T-shirt Baobab": [
            (6, "Blanc · S"),
            (6, "Blanc · M"),
            (6, "Blanc · XL"),
            (12, "Noir · S"),
            (12, "Noir · M"),
            (12, "Noir · XL"),
        ],
    }
    assert "Par couleur : 18 Blanc · 36 Noir" in words(page)
    assert "Par taille : 18 S · 18 M · 18 XL" in words(page)
    number = orders[0]["orderNumber"]
    assert f"{number[9:11]}·{number[11:]} (4)" in words(page)


def test_what_does_not_go_is_not_fetched(shop: Inside) -> None:
    boss = new_admin(shop)
    going, gone = (boss.place(orderItems=[{"productId": 1, "quantity": n, "size": "M"}]) for n in (2, 40))
    boss.patch(f"/orders/{gone['id']}/status", {"status": "CANCELLED"})
    page = picked(boss, going, gone)
    assert [n for lines in shelves(page).values() for n, _ in lines] == [2]
    whole = boss.get(f"/dashboard/print?ids={going['id']},{gone['id']}&as=pick", Cookie=boss.cookie).text
    assert f"{gone['orderNumber']}. Elle est laissée de côté" in whole


def test_every_piece_of_made_up_orders_is_on_it_once(shop: Inside) -> None:
    boss = new_admin(shop)
    products = [add_product(shop, name=f"Article {n}", price="100", stock=None) for n in range(3)]
    wanted: Counter[tuple[int, str, str]] = Counter()
    orders = []
    for n in range(8):
        lines = []
        for m in range(40):
            size, color = SIZES[(n + m) % len(SIZES)], ("Rouge", "Bleu", "")[m % 3]
            line = {"productId": products[m % 3], "quantity": 1 + (n * m) % 5, "size": size, "color": color}
            lines.append(line)
            wanted[m % 3, color, size] += 1 + (n * m) % 5
        orders.append(boss.place(orderItems=lines))
    found = shelves(picked(boss, *orders))
    assert len(found) == 3
    made: Counter[tuple[int, str, str]] = Counter()
    for name, rows in found.items():
        sizes = [what.rpartition(" · ")[2] for _, what in rows]
        assert len(sizes) == len(rows)
        for quantity, what in rows:
            color, _, size = what.rpartition(" · ")
            made[int(name[-1]), color, size] += quantity
    assert made == wanted


@pytest.mark.parametrize("sizes", [SIZES, ["2XS", "XS", "s", "M", "2 XL", "4xl", "10 ans", "12 ans", "Unique"]])
def test_sizes_come_as_they_lie_on_a_shelf(sizes: list[str]) -> None:
    mixed = sizes[::-1]
    assert sorted(mixed, key=size_key) == sizes


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "x" * 100, "\u202eabc", "9" * 90])
def test_customers_words_stay_words(shop: Inside, text: str) -> None:
    boss = new_admin(shop)
    page = picked(boss, boss.place(orderItems=[{"productId": 424_242, "quantity": 1, "size": text, "color": text}]))
    assert "<script" not in page
    assert page.count('class="shelf"') == 1
