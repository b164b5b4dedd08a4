"""What the products' pages say of what is left, and where else it is told."""

import re

import pytest

from tests.catalog.test_products import FIELDS, add, form_of, save
from tests.catalog.test_variants import made
from tests.support.inside import Inside


def page(shop: Inside, path: str) -> str:
    admin = shop.admin_once()
    answer = admin.get(path, Cookie=admin.cookie)
    assert answer.status == 200, answer.text
    return answer.text


def row(shop: Inside, product: int) -> str:
    return page(shop, "/dashboard/products").partition(f'<tr id="product-{product}"')[2].partition("</tr>")[0]


STATES = [
    ({"stock": "0"}, "Épuisé"),
    ({"stock": "3"}, "Stock faible"),
    ({"stock": "500"}, "En vente"),
    ({"stock": ""}, "En vente"),
]


@pytest.mark.parametrize(("fields", "said"), STATES, ids=str)
def test_a_product_has_one_state(shop: Inside, fields: dict[str, str], said: str) -> None:
    product = add(shop, **fields)
    words = ("Épuisé", "Stock faible", "En vente", "Retiré de la vente")
    assert [word for word in words if word in row(shop, product)] == [said]
    kept = form_of(shop, product)
    kept.pop("active")
    assert save(shop, product, kept).status == 303
    assert [word for word in words if word in row(shop, product)] == ["Retiré de la vente"]


def test_what_ends_is_told_where_orders_are(shop: Inside) -> None:
    ending = add(shop, name="Sac Ndar", stock="2")
    gone = made(shop)  # of which "S · Noir" is sold out
    for path in ("/dashboard", "/dashboard/notifications"):
        assert re.search(r'class="ending" aria-hidden="true">\d+</span>', page(shop, path)), path
    kept = form_of(shop, ending) | {"stock": "900"}
    assert save(shop, ending, kept).status == 303
    bell = page(shop, "/dashboard/notifications").partition('id="running-low"')[2].partition("</section>")[0]
    assert "Sac Ndar" not in bell
    assert f"/dashboard/products/{gone}" in bell or "Tous les produits" in bell


def test_a_size_that_is_there_twice_is_refused(shop: Inside) -> None:
    admin = shop.admin_once()
    for doubled in ({"sizes": "S, M, s"}, {"colors": "Bleu nuit, Noir, BLEU  NUIT"}):
        answer = admin.form("/dashboard/products/new", FIELDS | doubled, Cookie=admin.cookie)
        assert answer.status == 400
        assert "donné deux fois" in answer.text


def test_two_products_of_one_name_are_found(shop: Inside) -> None:
    first, second = add(shop, name="Thermos Lompoul"), add(shop, name="thermos  LOMPOUL")
    for product in (first, second):
        assert f"(n° {product})" in row(shop, product)
    kept = form_of(shop, second) | {"name": "Thermos Saly"}
    assert save(shop, second, kept).status == 303
    assert "n° " not in row(shop, first)


def test_stock_is_counted_in_a_table_of_sizes_and_colours(shop: Inside) -> None:
    product = made(shop)
    table = page(shop, f"/dashboard/products/{product}").partition('class="stock-grid"')[2].partition("</table>")[0]
    assert re.findall(r'<th scope="col"><bdi>(.*?)</bdi>', table) == ["Blanc", "Noir"]
    assert re.findall(r'<th scope="row"><bdi>(.*?)</bdi>', table) == ["S", "M"]
    assert re.findall(r'aria-label="(.*?)"', table)[1:] == ["S · Blanc", "S · Noir", "M · Blanc", "M · Noir"]
    wrong = form_of(shop, product) | {"stock_1": "many"}
    refused = save(shop, product, wrong)
    assert refused.status == 400
    assert 'id="stock_1-help"' in refused.text
