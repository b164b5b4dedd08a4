"""Processes of one server that tell each other of what they append."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import Mock

import gevent
import pytest
from gevent.event import Event

from printalma.live.siblings import Siblings

WITHIN = 25.0


Made = Callable[[str], Siblings]


@pytest.fixture
def made() -> Iterator[Made]:
    """A process of that name."""
    with tempfile.TemporaryDirectory(prefix="told-") as name, ExitStack() as ends:  # an address has a hundred bytes

        def make(of: str) -> Siblings:
            sibling = Siblings(Path(name), of)
            ends.callback(sibling.close)
            return sibling

        yield make


def heard(sibling: Siblings) -> Event:
    nudge = Event()
    sibling.listen(nudge.set)
    return nudge


def test_everybody_else_hears_of_it(made: Made) -> None:
    one, two, three = map(made, ("one", "two", "three"))
    own, second, third = map(heard, (one, two, three))
    one.tell()
    assert second.wait(WITHIN)
    assert third.wait(WITHIN)
    assert not own.is_set()
    second.clear()
    one.tell()
    assert second.wait(WITHIN)


def test_who_does_not_listen_holds_nobody_up(made: Made) -> None:
    one, two = made("one"), made("two")
    for _ in range(5000):  # more than a queue takes
        one.tell()
    assert heard(two).wait(WITHIN)


def test_who_was_killed_is_forgotten(made: Made) -> None:
    one, two = made("one"), made("two")
    two._line.close()  # and its file stays
    one.tell()
    assert not two._file.exists()
    assert one._file.exists()


def test_who_is_told_to_end_before_it_listens_says_nothing(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    one = made("one")
    one.close()
    one.listen(Mock())
    gevent.sleep(0)
    one.close()
    assert capsys.readouterr().err == ""
