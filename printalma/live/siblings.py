"""The processes of one server on SQLite, which announces nothing, tell each other that something was appended: each has
a Unix socket in the server's folder, and is sent a byte."""

import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import gevent
from gevent.socket import wait_read

SUFFIX = ".told"


class Siblings:
    """One process's end, for as long as it lives; `name` is its own among those of `folder`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._file = folder, folder / f"{name}{SUFFIX}"
        self._listener: gevent.Greenlet | None = None
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._line.bind(str(self._file))
        self._line.setblocking(False)  # a sibling whose queue is full has enough to wake it

    def listen(self, hear: Callable[[], None]) -> None:
        """Have `hear` called when the others append; never, when the process was told to end before it began."""
        if self._line.fileno() < 0:
            return
        self._listener = gevent.spawn(self._listen, hear)

    def tell(self) -> None:
        """Something was appended here. Who has not read our last word needs no other; who was killed is forgotten."""
        for file in self._folder.glob(f"*{SUFFIX}"):
            if file != self._file:
                self._send(file)

    def close(self) -> None:
        """The process ends."""
        if self._listener is not None:
            self._listener.kill()
        self._file.unlink(missing_ok=True)
        self._line.close()

    def _send(self, file: Path) -> None:
        try:
            self._line.sendto(b"\0", str(file))
        except ConnectionRefusedError:
            file.unlink(missing_ok=True)
        except OSError:
            pass  # full, or gone meanwhile

    def _listen(self, hear: Callable[[], None]) -> None:
        while True:
            wait_read(self._line.fileno())
            with suppress(BlockingIOError):
                while True:
                    self._line.recv(1)
            hear()
