"""What a test opened ends with it, also when it fails: what the garbage collector finds open fails a later test."""

import subprocess
from collections.abc import Callable
from typing import Any, Protocol, TypeVar


class Closable(Protocol):
    def close(self) -> object: ...


T = TypeVar("T", bound=Closable)
_ends: list[Callable[[], object]] = []


def closed_at_end(thing: T) -> T:
    """`thing`, which is closed with the test at the latest."""
    at_end(thing.close)
    return thing


def at_end(end: Callable[[], object]) -> None:
    """Call `end` when the test is over; it may have happened already."""
    _ends.append(end)


def process(command: list[str], **settings: Any) -> "subprocess.Popen[str]":
    """One that talks text, and is killed with the test at the latest."""
    started = subprocess.Popen(command, text=True, **settings)
    at_end(lambda: started.__exit__(None, None, None))  # closes its pipes and waits for it
    at_end(started.kill)
    return started


def run() -> None:
    """Everything, the latest first, whatever one of them has to complain of."""
    failed = []
    while _ends:
        try:
            _ends.pop()()
        except Exception as error:  # noqa: BLE001  the others must end, too
            failed.append(error)
    if failed:
        raise ExceptionGroup("what was opened did not end", failed)
