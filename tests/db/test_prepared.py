"""Prepared statements find, write and fail as any other does."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from printalma.accounts.models import User
from printalma.db import Connection, postgres, reading, table, transaction
from printalma.db.prepared import Prepared
from printalma.events import log
from printalma.events.models import LoggedEvent
from printalma.placing.models import DailyNumber
from tests.support.inside import Inside
from tests.support.matrix import ON_POSTGRES

_numbers, _events, _users = table(DailyNumber), table(LoggedEvent), table(User)
_ADD = Prepared(sa.insert(_numbers))
_OF_DAYS = sa.select(_numbers).where(_numbers.c.day.in_(sa.bindparam("days", expanding=True))).order_by(_numbers.c.day)
_SOME = Prepared(_OF_DAYS.where(_numbers.c.last.not_in([7, 8])), ["days"])


def test_lists_may_have_any_length(inside: Inside) -> None:
    days = [f"2026-01-{n:02}" for n in range(1, 18)]
    transaction(lambda tx: _ADD.write(tx, [{"day": day, "last": 1} for day in days]))
    transaction(lambda tx: _ADD.write(tx, [{"day": "2026-02-01", "last": 7}]))
    with reading() as connection:
        for n in range(1, 18):
            found = _SOME.all(connection, {"days": [*days[:n], "2026-02-01"]})
            assert [row.day for row in found] == days[:n]
        assert _SOME.first(connection, {"days": ["2026-02-01"]}) is None


def test_a_list_is_as_long_as_the_carts_of_a_batch(inside: Inside) -> None:
    with reading() as connection:  # a power of two above it would be more than SQLite takes
        assert _SOME.all(connection, {"days": [f"day {n}" for n in range(19_200)]}) == []


def test_values_are_as_the_columns_say(inside: Inside) -> None:
    moment = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    row = {"id": 900, "at": moment, "type": "X", "actor_id": None, "order_id": None, "user_id": None, "mark": 1}
    row |= {"data": {"ô": [1, "%s", ":x"]}, "written_by": 1}
    transaction(lambda tx: Prepared(sa.insert(_events)).write(tx, [row]))
    chosen = sa.select(_events).where(_events.c.at == sa.bindparam("moment"))
    with reading() as connection:
        found = Prepared(chosen).one(connection, {"moment": moment})
        assert found == connection.execute(chosen, {"moment": moment}).one()
        assert found._mapping == row
        people = sa.select(_users.c.id, _users.c.active)
        assert Prepared(people).all(connection) == [*connection.execute(people)]


def test_a_fault_is_what_it_is_of_any_statement(inside: Inside) -> None:
    twice = [{"day": "2026-01-01", "last": 1}] * 2

    def one_by_one(tx: Connection) -> None:
        for each in twice:
            _ADD.write(tx, [each])

    with pytest.raises(sa.exc.IntegrityError) as raised:
        transaction(lambda tx: _ADD.write(tx, twice))
    assert raised.value.hide_parameters
    with pytest.raises(sa.exc.IntegrityError):
        transaction(one_by_one)
    with reading() as connection:
        assert _SOME.all(connection, {"days": ["2026-01-01"]}) == []


def test_a_read_sees_one_moment(inside: Inside) -> None:
    with reading() as connection:
        before = log.last_id(connection)
        assert connection.in_transaction()
        assert log.last_id(connection) == before


@ON_POSTGRES
@pytest.mark.parametrize("behind", [1, 30])
def test_who_fails_at_the_commit_leaves_a_line_for_others(inside: Inside, behind: int) -> None:
    add = Prepared(sa.insert(_numbers), unread=True)

    def make(tx: Connection) -> None:
        if tx.dialect.name == "postgresql":
            postgres.pipelined(tx)
        for _ in range(behind):  # nothing says so before the commit
            add.write(tx, [{"day": "2026-05-01", "last": 1}])

    transaction(lambda tx: _ADD.write(tx, [{"day": "2026-05-01", "last": 1}]))
    for _ in range(10):
        with pytest.raises(sa.exc.IntegrityError):
            transaction(make)
        with reading() as connection:
            assert len(_SOME.all(connection, {"days": ["2026-05-01"]})) == 1
