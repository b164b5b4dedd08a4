"""A browser enables and disables itself through the API."""

import pytest

from tests.accounts.people import admin, customer
from tests.conftest import OpenShop, StartServer
from tests.push.devices import enable_on
from tests.support import database as db
from tests.support.inside import flask
from tests.support.matrix import ON_SQLITE
from tests.support.push_service import PushService
from tests.support.server import Shop, eventually

pytestmark = ON_SQLITE
VAPID = ("A" * 42 + "E", "A" * 42 + "I")  # the private keys 1 and 2
NOT_PUSH_SERVICES = [
    "http://fcm.googleapis.com/fcm/send/1",
    "https://fcm.googleapis.com:8443/fcm/send/1",
    "https://fcm.googleapis.com@10.0.0.1/",
    "https://somebody:secret@fcm.googleapis.com/fcm/send/1",
    "https://fcm.googleapis.com.example.org/",
    "https://evilpush.apple.com/",
    "https://push.apple.com/",
    "https://127.0.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::1]/",
    "https://localhost/",
    "https://fcm.googleapis.com\\@10.0.0.1/",
    "https://fcm.googleapis.com:x/",
    "//fcm.googleapis.com/1",
    "nonsense",
]


def test_a_device_is_known_by_its_endpoint(shop: Shop, vendor: PushService) -> None:
    first, second, phone = customer(shop), customer(shop), vendor.phone()
    device = enable_on(first, phone)
    assert enable_on(first, phone) == device
    (name,) = db.select(shop.database_url, "SELECT name FROM push_devices WHERE id = :id", id=device)
    assert name == ("Chrome · Android",)
    assert enable_on(second, phone) == device, "a browser has one owner: who signed in last"
    assert owner(shop, phone.endpoint) == second.user["id"]
    for client in (first, second, second):
        answer = client.send("DELETE", "/push/subscriptions", {"endpoint": phone.endpoint})
        assert answer.status == 200
        assert (owner(shop, phone.endpoint) is None) == (client is second), "nobody disables somebody else's"


def test_a_browser_that_subscribes_anew_stays_the_same_device(shop: Shop, vendor: PushService) -> None:
    client, before, after = customer(shop), vendor.phone(), vendor.phone()
    device = enable_on(client, before)
    assert enable_on(client, after, replaces=before.endpoint) == device
    assert owner(shop, before.endpoint) is None
    assert enable_on(customer(shop), vendor.phone(), replaces=after.endpoint) != device, "that one is not theirs"


def test_what_is_no_push_service_is_refused(shop: Shop, vendor: PushService) -> None:
    client, good = customer(shop), vendor.phone().subscription()
    for endpoint in NOT_PUSH_SERVICES:
        answer = client.post("/push/subscriptions", good | {"endpoint": endpoint})
        assert (answer.status, answer.json["errors"][0]["field"]) == (400, "endpoint"), endpoint
    for keys in ({"p256dh": "AAAA", "auth": good["keys"]["auth"]}, {**good["keys"], "auth": "short"}, {}, None):
        answer = client.post("/push/subscriptions", good | {"keys": keys})
        assert (answer.status, answer.json["errors"][0]["field"][:4]) == (400, "keys"), keys
    for endpoint in ("https://fcm.googleapis.com/fcm/send/1", "https://web.push.apple.com/QGx"):
        assert client.post("/push/subscriptions", good | {"endpoint": endpoint}).status == 201


def test_twenty_devices_are_enough_for_one(shop: Shop, vendor: PushService) -> None:
    client = customer(shop)
    for _ in range(20):
        enable_on(client, vendor.phone())
    answer = client.post("/push/subscriptions", vendor.phone().subscription())
    assert (answer.status, answer.json["message"]) == (409, "Vous avez déjà 20 appareils : retirez-en un d'abord.")


def test_the_key_is_everybodys_to_read(shop: Shop) -> None:
    answer = shop.client().get("/push/public-key")
    assert answer.status == 200
    assert len(answer.data["publicKey"]) == 87


def renewed(shop: Shop) -> str:
    return flask(shop.database_url, "push", "keys", "--renew").stdout.strip()


@pytest.mark.matrix
def test_a_renewed_key_leaves_nobody_untold(shop: Shop, vendor: PushService) -> None:
    boss, phone = admin(shop), vendor.phone()
    enable_on(boss, phone)
    old = flask(shop.database_url, "push", "keys").stdout.strip()
    new = renewed(shop)
    assert new != old
    assert shop.client().get("/push/public-key").data["publicKey"] == new
    shop.client().place()
    eventually(lambda: phone.told == 1)
    assert phone.key == old, "a push service takes no other from this device"


@pytest.mark.matrix
def test_the_key_before_the_last_waits_for_devices_to_subscribe_again(shop: Shop, vendor: PushService) -> None:
    boss, before, after = admin(shop), vendor.phone(), vendor.phone()
    device = enable_on(boss, before)
    new = [renewed(shop), renewed(shop)][-1]
    shop.client().place()
    eventually(lambda: db.select(shop.database_url, "SELECT id FROM push_deliveries WHERE device_id = :d", d=device))
    assert enable_on(boss, after, replaces=before.endpoint) == device
    eventually(lambda: after.told == 1)
    assert (before.attempts, after.key) == ([], new)


def test_a_key_of_the_environment_leaves_nobody_untold(
    database: str, open_shop: OpenShop, start_server: StartServer, vendor: PushService
) -> None:
    """From the database's own key to one of the environment, and to another."""
    phones = [vendor.phone() for _ in range(3)]
    names = ("VAPID_PRIVATE_KEY", "VAPID_PRIVATE_KEY_FALLBACK")
    settings = {"PUSH_HOSTS": vendor.origin, "TRUSTED_PROXIES": "1"}
    for phone, keys in zip(phones, ((), VAPID[:1], VAPID[::-1]), strict=True):
        settings |= dict(zip(names, keys, strict=False))
        enable_on(admin(open_shop(database, **settings)), phone)
    start_server(database, **settings).client().place()
    eventually(lambda: [phone.told for phone in phones] == [1, 1, 1])
    assert len({phone.key for phone in phones}) == 3


@pytest.mark.matrix
def test_a_key_of_the_environment_is_the_environments_to_renew(shop: Shop) -> None:
    given = {"VAPID_PRIVATE_KEY": VAPID[0]}
    shown = flask(shop.database_url, "push", "keys", **given).stdout.strip()
    # The public point of the private key 1 is the generator of P-256.
    assert shown.startswith("BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKW")
    with pytest.raises(AssertionError, match="VAPID_PRIVATE_KEY"):
        flask(shop.database_url, "push", "keys", "--renew", **given)


def owner(shop: Shop, endpoint: str) -> int | None:
    rows = db.select(shop.database_url, "SELECT user_id FROM push_devices WHERE endpoint = :e", e=endpoint)
    return rows[0].user_id if rows else None
