"""A load generator as a process of its own, told over a pipe what to do."""

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Protocol

PATIENCE = 120.0  # seconds an answer may take


class Generator(Protocol):
    def wait(self, pipe: Connection, /) -> None:
        """Do what is to be done without being told, until `pipe` has a command."""
        ...


class Child:
    """The parent's end. `begin` a method and fetch its `result` later, or `ask` for it at once."""

    def __init__(self, make: Callable[[], Generator]) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(make, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def begin(self, method: str, *arguments: Any) -> None:
        self._pipe.send((method, arguments))

    def result(self, within: float = PATIENCE) -> Any:
        """What the method returned. Raises RuntimeError with the reason when it failed."""
        if not self._pipe.poll(within):
            raise RuntimeError(f"a load generator has not answered within {within:.0f} s")
        worked, found = self._pipe.recv()
        if not worked:
            raise RuntimeError(found)
        return found

    def ask(self, method: str, *arguments: Any) -> Any:
        self.begin(method, *arguments)
        return self.result()

    def busy(self) -> float:
        """Seconds of processor time it has used."""
        found: float = self.ask("busy")
        return found

    def end(self) -> None:
        self._process.terminate()
        self._process.join(10)


class Base:
    """What every generator answers."""

    def wait(self, pipe: Connection) -> None:
        pipe.poll(None)

    def busy(self) -> float:
        return time.process_time()


def _serve(make: Callable[[], Generator], pipe: Connection) -> None:
    generator = make()
    while True:
        generator.wait(pipe)
        try:
            method, arguments = pipe.recv()
        except EOFError:
            return  # the parent is gone
        try:
            pipe.send((True, getattr(generator, method)(*arguments)))
        except Exception as error:  # noqa: BLE001  the parent raises it again
            pipe.send((False, f"{type(error).__name__}: {error}"))
