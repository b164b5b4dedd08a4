"""Who is served beside tidying."""

import gevent
from sqlalchemy import text

from printalma.db import db
from printalma.tidying import older, service
from tests.support.inside import Inside

ORDERS = 5


def test_others_run_between_two_changes_of_one_piece(shop: Inside) -> None:
    """An upgrade on SQLite had each piece of old events keep everybody waiting for most of a second."""
    ran = 0

    def run() -> None:
        nonlocal ran
        while True:
            ran += 1
            gevent.sleep(0)

    with shop.app.app_context():
        for _ in range(ORDERS):
            shop.client().place()
        with db.engine.begin() as tx:
            tx.execute(text("UPDATE events SET written_by = 1"))
            tx.execute(text("DELETE FROM tidying"))
        other = gevent.spawn(run)
        service.step(older.task())
        other.kill()
    assert ran >= ORDERS, "once for each order, at least"
