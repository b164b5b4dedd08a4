"""What a push service may answer, and what becomes of it."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial

import pytest

from tests.push.conftest import Enable
from tests.push.devices import pass_time, state
from tests.support import database as db
from tests.support.matrix import ONLY_SQLITE
from tests.support.push_service import DRIP, GARBAGE, NEVER, Phone, PushService
from tests.support.server import Shop, eventually

pytestmark = ONLY_SQLITE
ASKED = 7  # seconds in Retry-After: longer than the server would wait by itself


@pytest.mark.matrix
def test_every_answer_has_its_outcome(shop: Shop, vendor: PushService, enable: Enable) -> None:
    inside = f"{vendor.origin}/inside"
    phones = {
        "delivered": enable(),
        "gone": enable(answer=410),
        "unknown": enable(answer=404),
        "too long": enable(answer=[413, 201]),
        "never short enough": enable(answer=413),
        "busy": enable(answer=[(429, {"Retry-After": str(ASKED)}, b""), 201]),
        "busy until": enable(),
        "odd wait": enable(answer=[(429, {"Retry-After": "soon"}, b""), 201]),
        "endless zone": enable(answer=[(429, {"Retry-After": f"Mon, 01 Jan 2024 00:00:00 +{'9' * 20}"}, b""), 201]),
        "broken": enable(answer=[500, 201]),
        "not ours": enable(answer=403),
        "elsewhere": enable(answer=(307, {"Location": inside}, b"")),
        "garbage": enable(answer=GARBAGE),
        "endless": enable(answer=[(500, {}, b"x" * 5_000_000), 201]),
    }
    # A date has whole seconds.
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=ASKED + 1), usegmt=True)
    phones["busy until"].answer = [(503, {"Retry-After": date}, b""), 201]
    until = time.monotonic() + ASKED
    order = shop.client().place()
    ends = ("delivered", "too long", "broken", "busy", "busy until", "odd wait", "endless zone", "endless")
    eventually(lambda: all(phones[name].messages and state(shop, phones[name]) == (0, None) for name in ends))
    for name in ends:
        (message,) = phones[name].messages
        assert message["tag"] == f"order-{order['id']}", name
    assert [state(shop, phones[name]) for name in ("gone", "unknown")] == [None, None]
    assert gaps(phones["busy"]) > ASKED
    assert phones["busy until"].attempts[1] > until
    again = {name: phone.attempts[1] for name, phone in phones.items() if len(phone.attempts) > 1}
    assert again["too long"] < again["broken"] < again["busy"], "at once, after a pause of ours, when it was asked to"
    assert gaps(phones["broken"]) > 3.5
    assert phones["delivered"].messages[0]["data"]["orderNumber"] == order["orderNumber"]
    assert phones["too long"].messages[0]["data"] == {}
    for name, trouble in {
        "never short enough": "too_long",
        "not ours": "not_ours",
        "elsewhere": "refused",
        "garbage": "unreachable",
    }.items():
        failures, found = state(shop, phones[name]) or (0, None)
        assert (found, failures > 0) == (trouble, True), name
        assert not phones[name].messages, name
    assert vendor.elsewhere == [], "a redirect is not followed"


@pytest.mark.matrix
def test_a_vendor_that_never_answers_delays_nobody_else(
    shop: Shop, vendor: PushService, other_vendor: PushService, enable: Enable
) -> None:
    stuck = [enable(answer=NEVER if n % 2 else DRIP, service=other_vendor) for n in range(24)]
    shop.client().place()
    eventually(lambda: sum(len(phone.attempts) for phone in stuck) >= 8)
    good = enable()
    began = time.monotonic()
    shop.client().place()
    eventually(lambda: good.messages)
    assert time.monotonic() - began < 8, "a line that never answers is given up after ten seconds"
    slow = [phone for phone in stuck if phone.attempts]
    eventually(lambda: {state(shop, phone) for phone in slow[:4]} == {(1, "slow")})


@pytest.mark.matrix
def test_a_device_that_keeps_failing_rests_and_says_so(shop: Shop, enable: Enable) -> None:
    phone = enable(answer=500)

    def is_failing(times: int) -> bool:
        return state(shop, phone) == (times, "failing")

    shop.client().place()
    for failures in range(1, 7):
        eventually(partial(is_failing, failures))
        if failures < 6:
            pass_time(shop, phone)
    (row,) = db.select(
        shop.database_url, "SELECT resting_until FROM push_devices WHERE endpoint = :e", e=phone.endpoint
    )
    wait = row.resting_until / 1000 - time.time()
    assert 5 * 2**5 * 0.7 < wait < 5 * 2**5 * 1.3, "each wait is twice the one before"
    phone.answer = 201
    pass_time(shop, phone)
    eventually(lambda: phone.told == 1 and state(shop, phone) == (0, None))


def gaps(phone: Phone) -> float:
    """Seconds between the first two attempts."""
    return phone.attempts[1] - phone.attempts[0]
