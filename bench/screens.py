"""The dashboards: a thousand sockets in one process, which notes when each frame arrived at each of them."""

import selectors
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection

from bench import wire
from bench.book import Book, Frame
from bench.child import Base
from bench.figures import Spread

WITHIN = 60.0  # seconds for all dashboards to open, or to reach a position
READ = 1 << 18


@dataclass(eq=False)
class _Screen:
    line: socket.socket
    shook_hands: bool
    rest: bytes = b""
    frame: Frame | None = None


class Screens(Base):
    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._screens: list[_Screen] = []
        self._hello = b""
        self._book = Book()

    def wait(self, pipe: Connection) -> None:
        self._selector.register(pipe, selectors.EVENT_READ, None)
        while not pipe.poll(0):
            self._turn(None)
        self._selector.unregister(pipe)

    def show(self, port: int, token: str | None, count: int, since: int | None = None, door: str = wire.PAGE) -> float:
        """Have `count` dashboards open; the seconds until the new ones have their first frame.

        Without a token they are bare sockets, which say nothing.
        """
        for screen in self._screens[count:]:
            self._leave(screen)
        self._hello = wire.hello(since, token, door)
        began = time.monotonic()
        for _ in range(count - len(self._screens)):
            self._come(port, token, door)
        self._until(lambda: not token or all(screen.frame for screen in self._screens))
        return time.monotonic() - began

    def settle(self, position: int, order: int | None = None) -> float:
        """Wait until every dashboard has reached `position`, or has been told of `order`; the seconds that took."""
        began = time.monotonic()
        self._until(lambda: all(s.frame and s.frame.reaches(position, order) for s in self._screens))
        return time.monotonic() - began

    def forget(self) -> None:
        """Forget the frames of the run before."""
        self._book.forget()

    def spread(self, sent: Mapping[int, float]) -> Spread:
        """How long the orders took from `sent` to every dashboard."""
        return self._book.spread(sent)

    def sample(self) -> bytes:
        """The latest frame that drew one order."""
        return self._book.sample

    def count(self) -> int:
        """Dashboards that are still connected."""
        return len(self._screens)

    def _come(self, port: int, token: str | None, door: str) -> None:
        screen = _Screen(wire.connect(port), shook_hands=token is None)
        if token:
            screen.line.sendall(wire.upgrade(port, token, door))
        screen.line.setblocking(False)
        self._selector.register(screen.line, selectors.EVENT_READ, screen)
        self._screens.append(screen)

    def _leave(self, screen: _Screen) -> None:
        self._selector.unregister(screen.line)
        screen.line.close()
        self._screens.remove(screen)

    def _until(self, reached: Callable[[], bool]) -> None:
        deadline = time.monotonic() + WITHIN
        while not reached():
            if time.monotonic() > deadline:
                raise TimeoutError(f"not all of {len(self._screens)} dashboards were told within {WITHIN:.0f} s")
            self._turn(0.2)

    def _turn(self, timeout: float | None) -> None:
        for key, _ in self._selector.select(timeout):
            screen = key.data
            if screen is None:
                continue
            try:
                data = screen.line.recv(READ)
            except OSError:
                data = b""
            arrived = time.monotonic()
            frame = None if screen.rest else self._book.find(data)
            if frame is not None:
                frame.times.append(arrived)
                screen.frame = frame
            else:
                self._read(screen, data, arrived)

    def _read(self, screen: _Screen, data: bytes, arrived: float) -> None:
        """Bytes that are not exactly one frame seen before."""
        if not data:
            self._leave(screen)
            return
        if not screen.shook_hands:
            data = self._shake_hands(screen, data)
        found, screen.rest = wire.frames(screen.rest + data)
        for frame in found:
            kind = frame[0] & 0x0F
            if kind == wire.TEXT:
                noted = self._book.note(frame, arrived)
                if noted.says_something or screen.frame is None:
                    screen.frame = noted
            elif kind == wire.PING:
                screen.line.send(wire.PONG)
            elif kind == wire.CLOSE:
                self._leave(screen)
                return

    def _shake_hands(self, screen: _Screen, data: bytes) -> bytes:
        if not data.startswith(b"HTTP/1.1 101"):
            raise ConnectionError(data[:200].decode(errors="replace"))
        screen.shook_hands = True
        screen.line.send(self._hello)
        return data.partition(b"\r\n\r\n")[2]
