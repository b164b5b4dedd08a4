"""Devices of the tests, and what the shop's database says of them."""

from tests.support import database as db
from tests.support.client import Client
from tests.support.push_service import Phone
from tests.support.server import Shop

ANDROID = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36"


def enable_on(client: Client, phone: Phone, **more: object) -> int:
    """Have the client's pushes go to the phone; the device's id."""
    answer = client.post("/push/subscriptions", phone.subscription() | more, User_Agent=ANDROID)
    assert answer.status == 201, answer.text
    found: int = answer.data["id"]
    return found


def state(shop: Shop, phone: Phone) -> tuple[int, str | None] | None:
    """How often the phone's device has failed since its last success, and how; None when it is not there."""
    rows = db.select(
        shop.database_url, "SELECT failures, trouble FROM push_devices WHERE endpoint = :e", e=phone.endpoint
    )
    return (rows[0].failures, rows[0].trouble) if rows else None


def pass_time(shop: Shop, phone: Phone, seconds: int = 3600) -> None:
    """Move everything that is written of the phone into the past, as if it had happened that much earlier."""
    ms = seconds * 1000
    db.execute(
        shop.database_url,
        "UPDATE push_deliveries SET due_at = due_at - :ms, oldest_at = oldest_at - :ms, newest_at = newest_at - :ms "
        "WHERE claimed_until IS NULL AND device_id = (SELECT id FROM push_devices WHERE endpoint = :e)",
        ms=ms,
        e=phone.endpoint,
    )
    db.execute(
        shop.database_url,
        "UPDATE push_devices SET resting_until = resting_until - :ms, created_at = created_at - :ms, "
        "paced_until = paced_until - :ms WHERE endpoint = :e",
        ms=ms,
        e=phone.endpoint,
    )
