"""A shop that was there before the bell."""

from tests.support import database as db
from tests.support.matrix import ON_SQLITE
from tests.support.server import flask


@ON_SQLITE
def test_an_older_log_learns_whom_its_events_are_about(database: str) -> None:
    flask(database, "db", "downgrade", "0001")
    rows = [
        {"id": 101, "type": "OrderPlaced", "data": '{"customer_id": 7, "number": "CMD20261123001", "currency": "EUR"}'},
        {
            "id": 102,
            "type": "OrderPlaced",
            "data": '{"customer_id": null, "number": "CMD20261123002", "currency": "EUR"}',
        },
        {"id": 103, "type": "UserAdded", "data": '{"user_id": 8, "role": "CLIENT"}'},
        {"id": 104, "type": "ProductAdded", "data": '{"product_id": 1, "name": "T-shirt"}'},
    ]
    for row in rows:
        insert = "INSERT INTO events (id, at, type, data) VALUES (:id, 0, :type, :data)"
        db.execute(database, insert, **row)
    flask(database, "setup")
    found = db.select(database, "SELECT id, user_id FROM events WHERE id > 100 ORDER BY id")
    assert [tuple(row) for row in found] == [(101, 7), (102, None), (103, 8), (104, None)]
