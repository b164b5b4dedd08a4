"""How much one order may take, and how often somebody may order."""

from tests.conftest import NewDatabase, OpenShop
from tests.shop.test_settings import save
from tests.support import database as db
from tests.support.client import address, cart
from tests.support.matrix import ON_POSTGRES, ON_SQLITE
from tests.support.server import Shop


def stock(shop: Shop) -> list[int | None]:
    return [row.stock for row in db.select(shop.database_url, "SELECT stock FROM products ORDER BY id")]


@ON_POSTGRES
def test_an_order_takes_only_so_much_of_a_product(new_database: NewDatabase, open_shop: OpenShop) -> None:
    """One guest once took every product's whole stock, without paying."""
    shop = open_shop(new_database())
    boss, before = shop.admin(), stock(shop)
    lines = [{"productId": 2, "quantity": 3}, {"productId": 2, "quantity": 3, "size": "L"}]
    first = shop.client().post("/orders/guest", cart(orderItems=lines), Idempotency_Key="the same")
    assert first.status == 201, "there is no limit until the owner sets one"
    assert save(boss, mostPerProduct="5").status == 303
    for path, client in (("/orders/guest", shop.client()), ("/orders", boss)):
        refused = client.post(path, cart(orderItems=lines))
        assert (refused.status, refused.json["error"]) == (409, "Conflict"), path
        assert "5 au plus par commande" in refused.json["message"]
    again = shop.client().post("/orders/guest", cart(orderItems=lines), Idempotency_Key="the same")
    assert (again.status, again.headers["Idempotent-Replayed"]) == (200, "true"), "what was taken stays taken"
    assert shop.client().place(orderItems=[{"productId": 2, "quantity": 5}, {"productId": 3, "quantity": 5}])
    after = [n if n is None else n - taken for n, taken in zip(before, (0, 11, 5, 0, 0, 0), strict=True)]
    assert stock(shop) == after
    assert save(boss, mostPerProduct="0").status == 303
    assert shop.client().place(orderItems=lines)


@ON_SQLITE
def test_a_signed_in_order_has_a_rate_as_a_guests_has(new_database: NewDatabase, open_shop: OpenShop) -> None:
    shop = open_shop(new_database(), ORDERS_PER_MINUTE="3", TRUSTED_PROXIES="1")
    roaming, home = shop.client().register("a@example.org"), address()
    answers = [roaming.post("/orders", cart(), X_Forwarded_For=address()) for _ in range(4)]
    assert [answer.status for answer in answers] == [201] * 3 + [429], "from however many addresses"
    assert 0 < int(answers[3].headers["Retry-After"]) <= 60
    many = [shop.client().register(f"{n}@example.org") for n in range(4)]
    statuses = [client.post("/orders", cart(), X_Forwarded_For=home).status for client in many]
    assert statuses == [201] * 3 + [429], "and as however many customers"
