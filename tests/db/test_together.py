"""Changes that wait at one moment are made in one transaction, and each is answered as if it were alone."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import gevent
import pytest
import sqlalchemy as sa
from gevent import Greenlet

from printalma.db import Connection, Unavailable, after_commit, reading, together
from printalma.db.asking import Asking
from printalma.db.together import Together
from printalma.lib.turnstile import Turnstile
from tests.support.inside import Inside
from tests.support.matrix import ONLY_POSTGRES

NOTE = sa.text("INSERT INTO daily_numbers (day, last) VALUES (:day, 0)")
Making = Callable[[Connection, Sequence[str]], None]


class Notes:
    """Writes words down; `before` sees what goes into each transaction."""

    def __init__(self, shop: Inside, before: Making = lambda _tx, _words: None) -> None:
        self.made: list[list[str]] = []
        self.door = Together[str, str](self._make, len)
        self._shop, self._before = shop, before

    def ask(self, word: str) -> Greenlet:
        return gevent.spawn(self._ask, word)

    def ask_all(self, *words: str) -> list[Any]:
        """What became of words that came at one moment: an answer, or what was raised."""
        asked = [self.ask(word) for word in words]
        gevent.joinall(asked, timeout=25)
        return [each.value if each.successful() else type(each.exception or each.value) for each in asked]

    def kept(self) -> list[str]:
        with reading() as connection:
            return list(connection.scalars(sa.text("SELECT day FROM daily_numbers ORDER BY day")))

    def _ask(self, word: str) -> str:
        with self._shop.app.app_context():
            return self.door.do(word)

    def _make(self, tx: Connection, words: Sequence[str]) -> Sequence[str]:
        self.made.append([*words])
        self._before(tx, words)
        tx.execute(NOTE, [{"day": word} for word in words])
        return [word.upper() for word in words]


def test_who_comes_at_one_moment_goes_together(inside: Inside) -> None:
    notes = Notes(inside)
    assert notes.ask_all("a", "b", "c") == ["A", "B", "C"]
    assert notes.ask_all("d") == ["D"]
    assert notes.made == [["a", "b", "c"], ["d"]]
    assert notes.kept() == ["a", "b", "c", "d"]


@ONLY_POSTGRES
def test_who_still_asks_is_waited_for(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it takes what goes before them: as requests do, they begin one at a time, and ask first."""
    monkeypatch.setattr(together, "ASKING_LOOKS", 10_000)  # on a busy machine an answer takes its time
    notes, turns = Notes(inside), Turnstile()

    def read(connection: Connection, words: Collection[str]) -> Mapping[str, str]:
        gevent.sleep(0.002)
        return dict.fromkeys(words, connection.scalar(sa.text("SELECT 'known'")))

    asking = Asking[str, str](read)

    def come(word: str) -> None:
        with inside.app.app_context():
            turns.wait()
            begun = time.thread_time()
            while time.thread_time() < begun + 0.001:
                pass
            assert asking.ask(word) == "known"
            notes.door.do(word)

    for words in ("abcdefghijkl", "ABCDEFGHIJKL"):
        notes.made.clear()  # while the first opened their connections, the others came anyhow
        gevent.joinall([gevent.spawn(come, word) for word in words], timeout=25, raise_error=True)
    assert [sorted(made) for made in notes.made] == [[*words]]


def test_a_transaction_is_bounded(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "MOST", 3)
    monkeypatch.setattr(together, "MOST_BYTES", 10)
    notes = Notes(inside)
    assert notes.ask_all(*"abcdefg") == [*"ABCDEFG"]
    assert notes.made == [[*"abc"], [*"def"], ["g"]]
    notes.made.clear()
    notes.ask_all("123456", "1234", "x", "much-too-long")
    assert notes.made == [["123456", "1234"], ["x"], ["much-too-long"]]


def test_one_that_cannot_be_made_fails_alone(inside: Inside) -> None:
    def breaks(_tx: Connection, words: Sequence[str]) -> None:
        if "poison" in words:
            raise ZeroDivisionError

    notes = Notes(inside, breaks)
    assert notes.ask_all("a", "poison", "b") == ["A", ZeroDivisionError, "B"]
    assert notes.kept() == ["a", "b"]
    assert sorted(map(tuple, notes.made[1:])) == [("a",), ("b",), ("poison",)]


def test_what_may_have_been_made_is_not_made_again(inside: Inside) -> None:
    notes = Notes(inside, lambda tx, _words: after_commit(tx, _cut))
    assert notes.ask_all("a", "b") == [ConnectionError, ConnectionError]
    assert (notes.made, notes.kept()) == ([["a", "b"]], ["a", "b"])


def test_who_leads_may_be_killed(inside: Inside) -> None:
    notes = Notes(inside)
    asked = [notes.ask(word) for word in "abc"]
    gevent.spawn(asked[0].kill)  # while it looks who else has come
    gevent.joinall(asked, timeout=25)
    assert [each.value for each in asked[1:]] == ["B", "C"]
    assert notes.ask_all("d") == ["D"]
    assert notes.kept() == ["b", "c", "d"]


@pytest.mark.parametrize("killed", [0, 1])
def test_who_is_killed_while_it_is_made_leaves_the_others(inside: Inside, killed: int) -> None:
    def waits(_tx: Connection, words: Sequence[str]) -> None:
        if len(words) > 1:
            gevent.sleep(0.01)

    notes = Notes(inside, waits)
    asked = [notes.ask(word) for word in "abc"]
    while not notes.made:
        gevent.sleep(0.001)
    asked[killed].kill()
    gevent.joinall(asked, timeout=25)
    assert [each.value for n, each in enumerate(asked) if n != killed] == [
        w for n, w in enumerate("ABC") if n != killed
    ]
    assert notes.ask_all("d") == ["D"]


def test_nobody_waits_for_ever(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "WRITE_SECONDS", 0.2)

    def waits(_tx: Connection, words: Sequence[str]) -> None:
        if "slow" in words:
            gevent.sleep(0.6)

    notes = Notes(inside, waits)
    slow = notes.ask("slow")
    while not notes.made:
        gevent.sleep(0.001)
    assert notes.ask_all("a", "b") == [Unavailable, Unavailable]
    assert slow.get(timeout=25) == "SLOW"
    assert notes.ask_all("c") == ["C"]
    assert notes.kept() == ["c", "slow"]


def _cut() -> None:
    raise ConnectionError
