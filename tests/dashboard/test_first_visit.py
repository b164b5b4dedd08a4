"""The first visit: what is missing is said with a link, and nothing is promised that is not so."""

from tests.conftest import OpenShop
from tests.support import database as db


def test_a_shop_without_orders_says_what_to_do(database: str, open_shop: OpenShop) -> None:
    shop = open_shop(database)
    admin = shop.admin_once()

    def page() -> str:
        return admin.get("/dashboard", Cookie=admin.cookie).text.partition('id="welcome"')[2].partition("</main>")[0]

    first = page()
    assert first.index("/dashboard/orders/try") < first.index("curl "), "the test order comes before the line"
    assert "tenu au courant" not in first
    db.execute(database, "UPDATE products SET stock = 0")
    db.execute(database, "UPDATE products SET active = :off WHERE id > 1", off=False)
    missing = page()
    assert "/dashboard/products/new" in missing
    assert "curl " not in missing
    assert "/dashboard/orders/try" not in missing
    db.execute(database, "UPDATE products SET stock = 5, active = :on WHERE id = 3", on=True)
    assert '"productId": 3' in page().replace("&#34;", '"'), "what is sold out is not offered"
    assert admin.form("/dashboard/orders/try", {}, Cookie=admin.cookie).status == 303
    assert db.select(database, "SELECT product_id FROM order_items")[0].product_id == 3
