"""A shop whose devices were there before they belonged to a sign-in."""

from tests.support import database as db
from tests.support.server import flask


def test_an_older_device_belongs_to_the_sign_in_it_was_enabled_through(database: str) -> None:
    flask(database, "db", "downgrade", "0012")
    user = db.select(database, "SELECT id FROM users")[0].id
    sessions = [("a" * 32, 100, None), ("b" * 32, 200, 900), ("c" * 32, 300, None), ("d" * 32, 800, None)]
    rows = [
        {"id": i, "user_id": user, "created_at": at, "expires_at": 4_000_000_000_000, "ended_at": end}
        for i, at, end in sessions
    ]
    db.insert(database, "sessions", rows)
    device = {"user_id": user, "host": "h", "p256dh": "p", "auth": "a", "key": "k", "name": "", "failures": 0}
    made = {"early": 50, "second": 250, "third": 500}
    db.insert(database, "push_devices", [device | {"endpoint": e, "created_at": at} for e, at in made.items()])
    waits = {"kind": "new", "event_id": 1, "events": 1, "oldest_at": 0, "newest_at": 0, "due_at": 0, "attempts": 0}
    db.insert(database, "push_deliveries", [waits | {"device_id": 1}])
    flask(database, "setup")
    assert db.select(database, "SELECT device_id FROM push_deliveries") == [(1,)]
    found = db.select(database, "SELECT endpoint, sign_in FROM push_devices ORDER BY created_at")
    assert {row.endpoint: row.sign_in[0] for row in found} == {"early": "d", "second": "a", "third": "c"}
    flask(database, "daily")
    ids = db.select(database, "SELECT s.id FROM sessions s JOIN push_devices d ON d.sign_in = s.id")
    assert [len(row.id) for row in ids] == [64, 64, 64], "hashed, and its device with it"
