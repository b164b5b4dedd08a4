"""Who is told of what, and when."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.accounts.people import admin, customer
from tests.catalog.test_products import add
from tests.push.conftest import Enable
from tests.push.devices import pass_time
from tests.support import database as db
from tests.support.client import Client, cart
from tests.support.matrix import ON_POSTGRES
from tests.support.push_service import Phone
from tests.support.server import Shop, eventually

pytestmark = ON_POSTGRES


def wish(shop: Shop, client: Client, **wanted: Any) -> None:
    """What the client would choose on the dashboard's page of devices."""
    user = client.user["id"]
    row = {"new": True, "status": True, "cancelled": True, "quiet_from": None, "quiet_to": None}
    row |= {"user_id": user, "not_while_looking": False} | wanted
    db.execute(shop.database_url, "DELETE FROM push_preferences WHERE user_id = :u", u=user)
    db.insert(shop.database_url, "push_preferences", [row])


def waits(shop: Shop) -> int:
    """How many deliveries wait."""
    found: int = db.select(shop.database_url, "SELECT count(*) AS n FROM push_deliveries")[0].n
    return found


def told_soon(shop: Shop, phones: Iterable[Phone], reached: Callable[[], bool]) -> None:
    """Wait until it is reached, without the seconds by which a device's messages are spaced."""

    def look() -> bool:
        for phone in phones:
            pass_time(shop, phone, 10)
        return reached()

    eventually(look)


def test_a_new_order_is_told_at_once_and_a_burst_in_one_message(shop: Shop, enable: Enable) -> None:
    phone = enable()
    shop.client().place()
    eventually(lambda: phone.messages)  # the first push of a process loads what it is sent with
    pass_time(shop, phone)
    order = shop.client().place()
    eventually(lambda: phone.told == 2)
    told = phone.messages[1]
    assert (told["type"], told["tag"], told["count"]) == ("NEW_ORDER", f"order-{order['id']}", 1)
    assert (told["title"], told["url"]) == ("Nouvelle commande · 49,80\xa0€", f"/dashboard/orders/{order['id']}")
    assert told["message"] == f"#{order['orderNumber']} · Awa Diop · 1 article"
    numbers = [shop.client().place()["orderNumber"] for _ in range(5)]
    eventually(lambda: phone.told == 7)
    told = phone.messages[2]
    assert (told["title"], told["url"], len(phone.messages)) == ("5 nouvelles commandes", "/dashboard", 3)
    assert told["message"] == f"La dernière : #{numbers[-1]} · Awa Diop · 1 article"
    assert [headers["urgency"] for headers in phone.headers] == ["high", "high", "normal"]


def test_everybody_hears_what_is_theirs_and_what_they_want(shop: Shop, enable: Enable) -> None:
    boss, deaf, buyer, stranger = admin(shop), admin(shop), customer(shop), customer(shop)
    wish(shop, boss)
    wish(shop, deaf, new=False, status=False, cancelled=False)
    phones = {client: enable(client) for client in (boss, deaf, buyer, stranger)}
    by_default = enable()
    heard = [by_default, *phones.values()]
    first, second = (buyer.post("/orders", cart()).data for _ in range(2))
    told_soon(shop, heard, lambda: phones[boss].told == by_default.told == 2)
    assert boss.patch(f"/orders/{first['id']}/status", {"status": "CONFIRMED"}).status == 200
    told_soon(shop, heard, lambda: phones[buyer].told == 1)
    assert shop.admin_once().patch(f"/orders/{first['id']}/status", {"status": "PROCESSING"}).status == 200
    told_soon(shop, heard, lambda: phones[buyer].told == 2 and phones[boss].told == 3)
    assert buyer.delete(f"/orders/{second['id']}/cancel").status == 200
    told_soon(shop, heard, lambda: phones[boss].told == 4 and by_default.told == 3)
    eventually(lambda: waits(shop) == 0)
    processing, cancelled = sorted(phones[boss].messages, key=lambda told: told["id"])[-2:]
    assert (processing["title"], processing["message"][:4]) == ("Commande En traitement", "#CMD")
    assert cancelled["title"] == "Commande annulée par le client"
    own = phones[buyer].messages[0]
    assert (own["type"], own["data"]["status"], own["url"]) == ("MY_ORDER_UPDATED", "CONFIRMED", None)
    assert own["message"] == f"Votre commande #{first['orderNumber']} est maintenant: Confirmée"
    assert (phones[buyer].told, phones[deaf].told, phones[stranger].told) == (2, 0, 0)


def test_who_may_no_longer_hear_hears_nothing(shop: Shop, enable: Enable) -> None:
    clients = [admin(shop) for _ in range(4)]
    disabled, demoted, looking, still = (enable(client, answer=[500, 201]) for client in clients)
    shop.client().place()
    eventually(lambda: all(phone.attempts for phone in (disabled, demoted, looking, still)))
    eventually(lambda: not db.select(shop.database_url, "SELECT id FROM push_deliveries WHERE claimed_until > 0"))
    ids = [client.user["id"] for client in clients]
    db.execute(shop.database_url, "UPDATE users SET active = :no WHERE id = :id", no=False, id=ids[0])
    db.execute(shop.database_url, "UPDATE users SET role = 'CLIENT' WHERE id = :id", id=ids[1])
    now = round(datetime.now(UTC).timestamp() * 1000)
    db.insert(shop.database_url, "push_looks", [{"user_id": ids[2], "at": now}])
    for phone in (disabled, demoted, looking, still):
        pass_time(shop, phone, 60)
    eventually(lambda: still.told == 1)
    eventually(lambda: waits(shop) == 0)
    assert [phone.told for phone in (disabled, demoted, looking)] == [0, 0, 0]


@pytest.mark.matrix
def test_quiet_hours_hold_back_and_sum_up(shop: Shop, enable: Enable) -> None:
    night, day = admin(shop), admin(shop)
    paris = datetime.now(UTC) + timedelta(hours=1)  # in winter; an hour more or less is inside the hours, too
    quiet = {"quiet_from": minute(paris - timedelta(hours=3)), "quiet_to": minute(paris + timedelta(hours=3))}
    wish(shop, night, **quiet)
    wish(shop, day, quiet_from=quiet["quiet_to"], quiet_to=quiet["quiet_from"])
    asleep, awake = enable(night), enable(day)
    for _ in range(3):
        shop.client().place()
    eventually(lambda: awake.told == 3)
    eventually(lambda: waits(shop) == 1)
    assert asleep.attempts == []
    wish(shop, night)
    pass_time(shop, asleep, 6 * 3600)
    eventually(lambda: asleep.told == 3)
    (told,) = asleep.messages
    assert told["title"] == "3 nouvelles commandes"
    assert told["message"].startswith("Depuis le ")


def minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def test_what_runs_out_is_told_once_to_who_hears_of_orders(shop: Shop, enable: Enable) -> None:
    boss, deaf, buyer = admin(shop), admin(shop), customer(shop)
    wish(shop, boss)
    wish(shop, deaf, new=False)
    phones = {client: enable(client) for client in (boss, deaf, buyer)}
    product = add(shop, name="Sac Kermel", stock="12")
    for _ in range(4):
        order = cart(orderItems=[{"productId": product, "quantity": 1}])
        assert shop.client().post("/orders/guest", order).status == 201
    told_soon(shop, phones.values(), lambda: phones[boss].told == 5)
    eventually(lambda: waits(shop) == 0)
    [told] = [each for each in phones[boss].messages if each["type"] == "PRODUCT_RAN_LOW"]
    assert (told["title"], told["message"]) == ("Bientôt épuisé : Sac Kermel", "reste 10")
    assert (told["url"], told["tag"]) == (f"/dashboard/products/{product}", f"product-{product}")
    assert (phones[deaf].told, phones[buyer].told) == (0, 0)
