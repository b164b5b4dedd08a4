"""What a process has placed itself it need not look at again, unless it is judged by something else since."""

from sqlalchemy import text

from printalma.db import db, reading
from printalma.shop.service import refresh
from printalma.tidying import service
from printalma.tidying.tasks import all_tasks
from tests.shop.test_settings import save
from tests.support.inside import Inside

OLD = "awa 771234501"


def tidied(shop: Inside, *names: str) -> None:
    """Everything, or the tasks that are named, is made tidy."""
    with shop.app.app_context():
        for task in all_tasks():
            while task.name in (names or (task.name,)) and service.step(task):
                pass


def words(shop: Inside, order_id: int) -> str:
    with shop.app.app_context(), reading() as connection:
        found: str = connection.scalar(text("SELECT text FROM order_texts WHERE order_id = :id"), {"id": order_id})
        return found


def change(shop: Inside, statement: str, **values: object) -> None:
    with shop.app.app_context(), db.engine.begin() as tx:
        tx.execute(text(statement), values)


def spoil(shop: Inside, order_id: int) -> str:
    """What a release that finds orders by less would have written; what this one has."""
    right = words(shop, order_id)
    change(shop, "UPDATE order_texts SET text = :old WHERE order_id = :id", old=OLD, id=order_id)
    return right


def test_own_orders_are_not_looked_at(shop: Inside) -> None:
    shop.client().place()
    tidied(shop)
    orders = [shop.client().place()["id"] for _ in range(3)]
    for order_id in orders:
        spoil(shop, order_id)
    tidied(shop, "words")
    assert [words(shop, order_id) for order_id in orders] == [OLD] * 3, "nobody has read them"
    with shop.app.app_context():
        assert "words" not in [task.name for task in service.unfinished(all_tasks())]
    change(shop, "DELETE FROM tidying")
    tidied(shop, "words")
    assert OLD not in [words(shop, order_id) for order_id in orders], "who begins anew looks at everything"


def test_others_orders_in_between_are(shop: Inside) -> None:
    shop.client().place()
    tidied(shop)
    first, second, third = (shop.client().place()["id"] for _ in range(3))
    right = spoil(shop, second)
    # Another process's: this one does not know the moment at which it came.
    change(shop, "UPDATE orders SET created_at = created_at + 1 WHERE id = :id", id=third)
    tidied(shop, "words")
    assert words(shop, second) == right
    assert first < second < third


def test_other_settings_judge_them_anew(shop: Inside) -> None:
    shop.client().place()
    tidied(shop)
    order_id = shop.client().place()["id"]
    right = spoil(shop, order_id)
    assert save(shop.admin(), country="FR").status == 303
    with shop.app.app_context(), reading() as connection:  # as the tailer does, which this shop has not
        refresh(connection)
    tidied(shop, "words")
    assert words(shop, order_id) == right
