"""The shops' front ends: keep-alive HTTP clients that post guests' orders."""

import selectors
import socket
import time
from collections import deque
from dataclasses import dataclass

from bench import wire
from bench.child import Base

MAX_LATE = 20.0  # seconds after the end in which the last answers must have come


@dataclass(frozen=True)
class Taken:
    """An order that was accepted: when its POST was due, and when its answer was there."""

    order_id: int
    sent: float
    answered: float


@dataclass
class _Till:
    line: socket.socket
    sent: float = 0.0
    data: bytes = b""


class Tills(Base):
    def take(self, port: int, clients: int, seconds: float, rate: float | None) -> list[Taken]:
        """Post `rate` orders a second for `seconds`; None means that every free client posts at once.

        An order that finds no free client waits, and its time counts from when it was due.
        """
        run = _Run(port, clients, seconds, rate)
        try:
            return run.all()
        finally:
            run.close()


class _Run:
    def __init__(self, port: int, clients: int, seconds: float, rate: float | None) -> None:
        self._request = wire.order(port)
        self._selector = selectors.DefaultSelector()
        self._idle = deque(_Till(wire.connect(port)) for _ in range(clients))
        for till in self._idle:
            till.line.setblocking(False)
            self._selector.register(till.line, selectors.EVENT_READ, till)
        self._clients, self._rate = clients, rate
        self._due: deque[float] = deque()
        self._came = 0
        self._taken: list[Taken] = []
        self._began = time.monotonic()
        self._end = self._began + seconds

    def all(self) -> list[Taken]:
        """The orders accepted, in the order of their answers."""
        while True:
            now = time.monotonic()
            self._come(now)
            while self._due and self._idle:
                self._post(self._idle.popleft(), self._due.popleft())
            if now >= self._end and len(self._idle) == self._clients:
                return self._taken
            if now > self._end + MAX_LATE:
                raise TimeoutError(f"{self._clients - len(self._idle)} orders were never answered")
            for key, _ in self._selector.select(self._pause(now)):
                self._read(key.data)

    def close(self) -> None:
        for key in list(self._selector.get_map().values()):
            key.data.line.close()
        self._selector.close()

    def _come(self, now: float) -> None:
        if now < self._end and self._rate is None:
            self._due.extend([now] * (len(self._idle) - len(self._due)))
        elif self._rate is not None:
            upto = int((min(now, self._end) - self._began) * self._rate)
            self._due.extend([now] * (upto - self._came))
            self._came = upto

    def _pause(self, now: float) -> float:
        if self._rate is None or now >= self._end:
            return 0.2
        return max(0.0, self._began + (self._came + 1) / self._rate - now)

    def _post(self, till: _Till, due: float) -> None:
        till.sent, till.data = due, b""
        if till.line.send(self._request) != len(self._request):
            raise OSError("the line took only a part of a small request")

    def _read(self, till: _Till) -> None:
        data = till.line.recv(65536)
        if not data:
            raise ConnectionError("the server closed a keep-alive connection")
        till.data += data
        answer = wire.answer(till.data)
        if answer is None:
            return
        status, order_id = answer
        if status != 201:
            raise ValueError(till.data[:500].decode(errors="replace"))
        self._taken.append(Taken(order_id, till.sent, time.monotonic()))
        self._idle.append(till)
