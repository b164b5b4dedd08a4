"""`flask statistics recount`: what was counted order by order is what all orders together say, and is put right."""

import random

from tests.orders.test_taking_back import now, take_back
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support import recount
from tests.support.inside import flask
from tests.support.matrix import ON_POSTGRES
from tests.support.server import Shop

DAMAGE = (
    "UPDATE daily_orders SET orders = orders + 1, amount = 7",
    "DELETE FROM daily_products",
    "INSERT INTO daily_durations (day, status, seconds, orders) VALUES ('1999-01-02', 'SHIPPED', 60, 3)",
    "INSERT INTO quarter_orders (quarter, orders, revenue) VALUES (5, 2, 100)",
    "UPDATE quarter_orders SET revenue = revenue - 1",
)


@ON_POSTGRES
def test_after_any_history_a_recount_finds_what_was_counted(shop: Shop) -> None:
    chance, database = random.Random(7), shop.database_url
    for _ in range(15):
        _live(shop, chance)
    counted = recount.kept(database)
    assert all(counted.values())
    assert counted == recount.counted(database)
    assert _recount(database) == 0
    assert recount.kept(database) == counted
    for damage in DAMAGE:
        db.execute(database, damage)
    assert all(counted[name] != wrong for name, wrong in recount.kept(database).items())
    assert _recount(database) > 2
    assert recount.kept(database) == counted


def _live(shop: Shop, chance: random.Random) -> None:
    """An order with some products, and anything that may become of it."""
    items = [{"productId": chance.choice((1, 2)), "quantity": chance.randint(1, 2)} for _ in range(3)]
    order, admin = shop.client().place(orderItems=items), shop.admin_once()
    for _ in range(chance.randrange(6)):
        chosen = chance.choice([*order["allowedTransitions"], *(["back"] if order["version"] > 1 else ["CONFIRMED"])])
        done = take_back(admin, order) if chosen == "back" else move(admin, order, chosen)
        assert done.status in (200, 409)  # what has been taken back to the beginning goes no further back
        order = now(admin, order)


def _recount(database: str) -> int:
    """How many days and quarters the command says were wrong."""
    return int(flask(database, "statistics", "recount").stdout.rsplit(":", 1)[1].strip(" .\n"))
