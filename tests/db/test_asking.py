"""What every request asks is answered as the database is at that moment, by few reads."""

from collections.abc import Collection, Mapping, Sequence

import gevent
import sqlalchemy as sa

from printalma.db import Connection, db, transaction
from printalma.db.asking import Asking
from printalma.db.together import Together
from tests.support import database as others
from tests.support.inside import Inside
from tests.support.matrix import ONLY_SQLITE

ADD = "INSERT INTO daily_numbers (day, last) VALUES (:day, :last)"
CHANGE = "UPDATE daily_numbers SET last = :last WHERE day = :day"
CHOSEN = sa.text("SELECT day, last FROM daily_numbers")


class Numbers:
    """Asks for the numbers of days. `before` and `behind` are seconds that a read takes around its statement."""

    def __init__(self, shop: Inside, despite_orders: bool = False) -> None:
        self.reads: list[list[str]] = []
        self.before = self.behind = 0.0
        self.fails_for_many = False
        self._shop, self._asking = shop, Asking(self._read, despite_orders)

    def ask(self, day: str) -> int | None:
        with self._shop.app.app_context():
            return self._asking.ask(day)

    def asked(self, day: str) -> gevent.Greenlet:
        return gevent.spawn(self.ask, day)

    def asked_while_another_reads(self) -> list[gevent.Greenlet]:
        """Who asks for "a", and while that is read for "b", "c" and "b"."""
        self.before = 0.05
        first = self.asked("a")
        while not self.reads:
            gevent.sleep(0.001)
        return [first, *map(self.asked, "bcb")]

    def _read(self, connection: Connection, days: Collection[str]) -> Mapping[str, int]:
        self.reads.append([*days])
        gevent.sleep(self.before)
        if self.fails_for_many and len(days) > 1:
            raise ZeroDivisionError
        found = {row.day: row.last for row in connection.execute(CHOSEN) if row.day in days}
        gevent.sleep(self.behind)
        return found


def _write(statement: str, day: str, last: int) -> None:
    transaction(lambda tx: tx.execute(sa.text(statement), {"day": day, "last": last}))


def _place(day: str, last: int) -> None:
    """As orders are placed."""

    def make(tx: Connection, some: Sequence[int]) -> Sequence[int]:
        return [tx.execute(sa.text(CHANGE), {"day": day, "last": each}).rowcount for each in some]

    Together(make, int).do(last)


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def test_an_answer_is_as_the_database_is(inside: Inside) -> None:
    numbers = Numbers(inside)
    assert numbers.ask("a") is None
    _write(ADD, "a", 1)
    assert [numbers.ask("a"), numbers.ask("a")] == [1, 1]
    others.execute(inside.database_url, CHANGE, day="a", last=2)  # another process
    assert numbers.ask("a") == 2
    db.engine.dispose()
    others.execute(inside.database_url, CHANGE, day="a", last=3)
    assert numbers.ask("a") == 3


@ONLY_SQLITE
def test_what_nobody_has_changed_is_read_once(inside: Inside) -> None:
    numbers = Numbers(inside)
    _write(ADD, "a", 1)
    assert [numbers.ask(day) for day in "abab"] == [1, None, 1, None]
    assert numbers.reads == [["a"], ["b"]]


def test_what_is_read_slowly_is_not_kept_beyond_a_change(inside: Inside) -> None:
    numbers = Numbers(inside)
    _write(ADD, "a", 1)
    numbers.behind = 0.05
    slow = numbers.asked("a")
    while not numbers.reads:
        gevent.sleep(0.001)
    gevent.sleep(0.01)
    numbers.behind = 0.0
    others.execute(inside.database_url, CHANGE, day="a", last=2)
    assert numbers.ask("b") is None
    assert slow.get(timeout=25) in (1, 2)
    assert numbers.ask("a") == 2


def test_who_comes_while_one_read_is_under_way_is_answered_by_the_next(inside: Inside) -> None:
    numbers = Numbers(inside)
    for n, day in enumerate("abc"):
        _write(ADD, day, n)
    asked = numbers.asked_while_another_reads()
    gevent.joinall(asked, timeout=25)
    assert [each.value for each in asked] == [0, 1, 2, 1]
    if not _is_sqlite():
        assert numbers.reads == [["a"], ["b", "c"]]


def test_when_a_read_for_several_fails_each_reads_alone(inside: Inside) -> None:
    numbers = Numbers(inside)
    numbers.fails_for_many = True
    _write(ADD, "c", 1)
    first, leader, *behind = numbers.asked_while_another_reads()
    gevent.joinall([first, leader, *behind], timeout=25)
    assert [each.value for each in (first, *behind)] == [None, 1, None]
    assert _is_sqlite() or isinstance(leader.exception, ZeroDivisionError)


def test_who_reads_for_others_may_be_killed(inside: Inside) -> None:
    numbers = Numbers(inside)
    _write(ADD, "c", 1)
    first, leader, *behind = numbers.asked_while_another_reads()
    gevent.sleep(0)
    leader.kill()
    gevent.joinall([first, *behind], timeout=25)
    assert [each.value for each in (first, *behind)] == [None, 1, None]
    assert numbers.ask("c") == 1


@ONLY_SQLITE
def test_orders_of_this_process_leave_standing_what_they_do_not_change(inside: Inside) -> None:
    asked, despite = Numbers(inside), Numbers(inside, despite_orders=True)
    _write(ADD, "a", 1)
    assert (asked.ask("a"), despite.ask("a")) == (1, 1)
    _place("a", 2)
    assert (asked.ask("a"), despite.ask("a")) == (2, 1)
    _write(CHANGE, "a", 3)
    assert (asked.ask("a"), despite.ask("a")) == (3, 3)
    others.execute(inside.database_url, CHANGE, day="a", last=4)
    assert (asked.ask("a"), despite.ask("a")) == (4, 4)


@ONLY_SQLITE
def test_a_line_for_changes_that_is_thrown_away_takes_no_answer_with_it(inside: Inside) -> None:
    despite = Numbers(inside, despite_orders=True)
    _write(ADD, "a", 1)
    assert despite.ask("a") == 1

    def change(tx: Connection) -> None:
        tx.execute(sa.text(CHANGE), {"day": "a", "last": 2})
        db.engine.dispose()  # while somebody writes

    transaction(change)
    assert despite.ask("a") == 2
    _write(CHANGE, "a", 3)
    assert despite.ask("a") == 3
