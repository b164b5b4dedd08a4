"""The outbox by itself, on a database: a channel that the tests made up, and a clock that waits for nobody."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from printalma.db import BigId, db, reading, transaction
from printalma.events import log
from printalma.events.log import Record
from printalma.events.outbox import claims, planning
from printalma.events.outbox.channel import Answer, Channel, Claim, Outcome, Send
from printalma.events.outbox.claims import LEASE, PAUSES, old_deliveries
from printalma.events.outbox.models import CursorColumns, DeliveryColumns, RecipientColumns
from printalma.events.outbox.planning import PACE
from printalma.events.types import ProductAdded, ShopChanged
from printalma.lib import clock
from tests.support.inside import Inside

T = TypeVar("T")
FAILING, GONE, DELIVERED = (Answer(each) for each in (Outcome.FAILING, Outcome.GONE, Outcome.DELIVERED))


class Base(DeclarativeBase):
    pass


class MailCursor(CursorColumns, Base):
    __tablename__ = "letter_cursor"


class Address(RecipientColumns, Base):
    __tablename__ = "letter_addresses"
    user_id: Mapped[int | None]
    listens: Mapped[bool]
    asleep: Mapped[bool]


class Mail(DeliveryColumns, Base):
    __tablename__ = "letter_deliveries"
    address_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("letter_addresses.id", ondelete="CASCADE"))


TABLES = Base.metadata.tables
ADDRESSES, MAILS, CURSOR = (TABLES[name] for name in ("letter_addresses", "letter_deliveries", "letter_cursor"))


@dataclass(frozen=True)
class Letter:
    kind: str
    audience: str = "everybody"


class MailChannel(Channel):
    name = "mail"
    cursor = CURSOR
    recipients = ADDRESSES
    deliveries = MAILS
    recipient_id = MAILS.c.address_id
    listeners = sa.select(ADDRESSES).where(ADDRESSES.c.listens)

    def notices(self, record: Record) -> Sequence[Letter]:
        return [Letter("product")] if isinstance(record.event, ProductAdded) else [Letter("shop")]

    def is_for(self, notice: Any, listener: Any) -> bool:
        return not (notice.kind == "shop" and listener.host == "products.example")

    def when(self, listener: Any, moment: datetime) -> datetime | None:
        return moment + timedelta(hours=8) if listener.asleep else moment

    def is_reachable(self, _connection: Any) -> sa.ColumnElement[bool]:
        return ADDRESSES.c.host != "nowhere.example"

    def sender(self, _connection: Any) -> Send:
        return lambda _claim: DELIVERED

    def count(self, answer: Answer) -> None:
        """Nobody looks."""


MAIL = MailChannel()


class Clock:
    """The outbox's time."""

    def __init__(self) -> None:
        self.now = clock.now()

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, span: timedelta) -> None:
        self.now += span


@pytest.fixture
def app(database: str) -> Iterator[Flask]:
    inside = Inside(database)
    with inside.app.app_context():
        Base.metadata.create_all(db.engine)
        upto = transaction(log.last_id)
        transaction(lambda tx: tx.execute(sa.insert(CURSOR), {"id": 1, "upto": upto}))
        yield inside.app
    inside.close()


@pytest.fixture
def time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """From here on it passes when a test says so."""
    found = Clock()
    for module in (planning, claims):
        monkeypatch.setattr(module, "now", found)
    monkeypatch.setattr(log, "now", found)
    return found


def address(host: str = "a.example", user_id: int | None = None, asleep: bool = False) -> int:
    row = {"created_at": clock.now() - timedelta(minutes=1), "host": host, "failures": 0, "user_id": user_id}
    row |= {"listens": True, "asleep": asleep}
    found: int = transaction(
        lambda tx: tx.execute(sa.insert(ADDRESSES).values(row).returning(ADDRESSES.c.id)).scalar_one()
    )
    return found


def happen(times: int = 1, actor: int | None = None, kind: str = "product") -> None:
    event = ProductAdded(1, "Mug") if kind == "product" else ShopChanged(["name"])
    for _ in range(times):
        transaction(lambda tx: log.append(tx, event, actor))


def plan() -> bool:
    return transaction(partial(planning.plan, MAIL))


def claim(most: int = 8, busy: Sequence[str] = ()) -> list[Claim]:
    return transaction(partial(claims.claim, MAIL, busy=busy, most=most))


def settle(one: Claim, answer: Answer) -> None:
    transaction(lambda tx: claims.settle(MAIL, tx, one, answer))


def rows(of: sa.Table) -> list[Any]:
    with reading() as connection:
        return list(connection.execute(sa.select(of).order_by(of.c.id)))


def test_an_event_is_planned_once_for_each_who_listens(app: Flask, time: Clock) -> None:
    first, second = address(), address("products.example")
    happen()
    happen(kind="shop")
    with reading() as connection:
        assert planning.is_behind(MAIL, connection)
    assert not plan()
    assert not plan()
    with reading() as connection:
        assert not planning.is_behind(MAIL, connection)
    planned = sorted((row.address_id, row.kind, row.events) for row in rows(MAILS))
    assert planned == [(first, "product", 1), (first, "shop", 1), (second, "product", 1)]


def test_nobody_is_told_of_their_own_doings_nor_of_what_was_before_they_asked(app: Flask, time: Clock) -> None:
    time.pass_(timedelta(minutes=-5))
    happen()
    time.pass_(timedelta(minutes=5))
    address(user_id=7)
    happen(actor=7)
    happen(2, actor=8)
    happen()
    plan()
    (row,) = rows(MAILS)
    assert row.events == 3


def test_a_crash_between_reading_and_planning_leaves_both_or_neither(app: Flask, time: Clock) -> None:
    address()
    happen()

    def crash(tx: Any) -> None:
        planning.plan(MAIL, tx)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        transaction(crash)
    assert rows(MAILS) == []
    plan()
    assert [row.events for row in rows(MAILS)] == [1]


def test_without_listeners_the_cursor_keeps_up(app: Flask, time: Clock) -> None:
    happen(3)
    plan()
    address()
    plan()
    assert rows(MAILS) == []


def test_what_waits_takes_up_what_follows_and_what_is_claimed_does_not(app: Flask, time: Clock) -> None:
    address()
    happen()
    plan()
    happen(2)
    plan()
    (row,) = rows(MAILS)
    assert (row.events, row.event_id) == (3, transaction(log.last_id))
    assert len(claim()) == 1
    happen()
    plan()
    assert [row.events for row in rows(MAILS)] == [3, 1], "the claimed one may have been told already"


def test_a_recipient_is_told_at_once_then_no_more_often_than_its_pace(app: Flask, time: Clock) -> None:
    address()
    happen()
    plan()
    (one,) = claim()
    settle(one, DELIVERED)
    happen()
    plan()
    assert claim() == []
    time.pass_(PACE)
    assert len(claim()) == 1


def at_once(app: Flask, work: Callable[[], T]) -> list[T]:
    """What two threads get that begin `work` together."""
    ready = Barrier(2)

    def begin(_: int) -> T:
        with app.app_context():
            ready.wait(25)
            return work()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(begin, range(2)))


def test_two_claimers_never_get_the_same(app: Flask, time: Clock) -> None:
    for _ in range(12):
        address()
    happen()
    plan()
    taken = at_once(app, lambda: [one.delivery.id for _ in range(4) for one in claim(2)])
    rest = [one.delivery.id for one in claim(12)]  # what one passed over because the other held it
    assert sorted([*taken[0], *taken[1], *rest]) == [row.id for row in rows(MAILS)]


def test_two_planners_plan_each_event_once(app: Flask, time: Clock) -> None:
    address()
    happen(30)
    at_once(app, plan)
    plan()
    assert [row.events for row in rows(MAILS)] == [30]


def test_one_at_a_time_for_each_recipient_the_oldest_first(app: Flask, time: Clock) -> None:
    address()
    happen()
    happen(kind="shop")
    plan()
    time.pass_(PACE)
    (first,) = claim()
    assert first.delivery.kind == "product"
    assert claim() == []
    settle(first, DELIVERED)
    assert [one.delivery.kind for one in claim()] == ["shop"]


def test_a_claim_whose_lease_ran_out_is_anothers_and_is_not_settled_by_the_first(app: Flask, time: Clock) -> None:
    address()
    happen()
    plan()
    (lost,) = claim()
    assert claim() == []
    time.pass_(LEASE + timedelta(seconds=1))
    (found,) = claim()
    assert found.delivery.id == lost.delivery.id
    assert found.delivery.attempts == 1
    settle(lost, DELIVERED)
    assert [row.claimed_until for row in rows(MAILS)] == [found.lease]
    settle(found, DELIVERED)
    assert rows(MAILS) == []


def test_each_failure_waits_longer_and_a_success_forgets_them(app: Flask, time: Clock) -> None:
    address()
    happen()
    plan()
    waits = []
    for failures in range(1, 12):
        (one,) = claim()
        settle(one, FAILING)
        assert claim() == [], "it rests"
        (row,) = rows(ADDRESSES)
        assert (row.failures, row.trouble) == (failures, "failing")
        waits.append((row.resting_until - time.now).total_seconds())
        time.pass_(row.resting_until - time.now)
    first, longest = PAUSES
    assert all(
        min(first * 2**n, longest) * 0.79 < wait < min(first * 2**n, longest) * 1.21 for n, wait in enumerate(waits)
    )
    (one,) = claim()
    settle(one, DELIVERED)
    (row,) = rows(ADDRESSES)
    assert (row.failures, row.trouble, row.resting_until, row.last_success_at) == (0, None, None, time.now)


def test_who_asks_to_wait_is_left_alone_for_so_long(app: Flask, time: Clock) -> None:
    address()
    happen()
    plan()
    (one,) = claim()
    settle(one, Answer(Outcome.BUSY, 600.0))
    (row,) = rows(ADDRESSES)
    assert row.resting_until == time.now + timedelta(seconds=600)


def test_who_is_gone_is_forgotten_with_what_waits(app: Flask, time: Clock) -> None:
    address()
    other = address()
    happen()
    happen(kind="shop")
    plan()
    one = next(one for one in claim() if one.recipient.id != other)
    settle(one, GONE)
    assert [row.id for row in rows(ADDRESSES)] == [other]
    assert {row.address_id for row in rows(MAILS)} == {other}


def test_after_a_day_it_is_no_news(app: Flask, time: Clock) -> None:
    address(asleep=False)
    happen()
    plan()
    time.pass_(timedelta(hours=25))
    (one,) = claim()
    settle(one, FAILING)
    assert rows(MAILS) == []
    happen()
    plan()
    time.pass_(timedelta(hours=49))
    assert transaction(old_deliveries(MAIL)) == 1


def test_who_may_not_hear_any_more_is_not_told_and_who_sleeps_is_told_later(app: Flask, time: Clock) -> None:
    gone, _asleep = address(), address(asleep=True)
    happen()
    plan()
    transaction(lambda tx: tx.execute(sa.update(ADDRESSES).where(ADDRESSES.c.id == gone).values(listens=False)))
    assert claim() == []
    (row,) = rows(MAILS)
    assert (row.address_id, row.due_at) == (_asleep, time.now + timedelta(hours=8))


def test_a_busy_host_holds_up_nobody_elses_and_the_unreachable_wait(app: Flask, time: Clock) -> None:
    for host in ("slow.example", "a.example", "nowhere.example"):
        address(host)
    happen()
    plan()
    with reading() as connection:
        assert claims.is_any_due(MAIL, connection, [])
        assert not claims.is_any_due(MAIL, connection, ["slow.example", "a.example"])
    assert [one.recipient.host for one in claim(busy=["slow.example"])] == ["a.example"]
    assert [one.recipient.host for one in claim()] == ["slow.example"]
    assert len(rows(MAILS)) == 3


def test_a_clock_that_was_set_back_makes_nobody_wait(app: Flask, time: Clock) -> None:
    address()
    happen()
    plan()
    time.pass_(timedelta(hours=-3))
    assert len(claim()) == 1
