"""One open socket, and the only file that writes to one.

`simple_websocket` reads from it as if it were the socket, and its own replies (pong, close) pass through
`send` as well: every byte goes through `push`, so that no frame ever lands inside another.

A peer that reads slowly is bounded here; one that says nothing, by hub.SILENCE_SECONDS.
"""

import os
import socket
import time
from collections import deque
from contextlib import suppress
from typing import Any

import gevent
from gevent.socket import wait_write

from printalma.live import frames
from printalma.live.budget import Budget
from printalma.web.peer import let_others

MAX_WAITING = 1_000_000  # bytes; over it the socket is too slow: it gets 1013 and comes back with `since`
LINGER_SECONDS = 10.0  # seconds a slow reader has to take the rest of a begun frame and the close behind it
CLOSE_SECONDS = 2.0  # seconds to answer our close before the line is cut
# Bytes taken in at a time. Between two the others have their turn: 256 are two dozen of the smallest frames.
READ = 256
DRAIN_SECONDS = 0.05  # seconds between two reads of what a peer sends beyond its budget, until the line is cut


class WebSocketTransport:
    """Whole frames wait in order; the first may be partly written."""

    __slots__ = ("_begun", "_budget", "_bytes_waiting", "_fd", "_sock", "_waiting", "_writer", "ended", "heard_at")

    def __init__(self, sock: Any, budget: Budget) -> None:
        self._sock = sock
        self._fd: int = sock.fileno()  # asked of gevent's socket it took a tenth of what a frame costs
        self._budget = budget
        self._waiting: deque[bytes | memoryview] = deque()
        self._bytes_waiting = 0
        self._begun = False
        self._writer: gevent.Greenlet | None = None
        self.ended = False
        self.heard_at = time.monotonic()

    def push(self, frame: bytes) -> None:
        """Send `frame` (one or several whole frames) now if the line takes it, else when it does. Never blocks."""
        if not frame or self.ended:
            return
        sent = 0 if self._waiting else self._write(frame)
        if sent != len(frame):
            self._keep(frame, sent)
            if self._bytes_waiting > MAX_WAITING:
                self.end(frames.TOO_SLOW)

    def trust(self) -> None:
        """It is known whose it is."""
        self._budget.trust()

    def ping(self) -> None:
        self.push(frames.PING)

    def end(self, code: int) -> None:
        """Say `code` and close: 1012 restart, 1013 too slow, 1011 our fault, 4401 the right has ended, 1008 and 1009
        the peer sends too much."""
        if self.ended:
            return
        self.ended = True
        begun = self._waiting[0] if self._begun else None
        self._waiting.clear()
        self._bytes_waiting = 0
        if begun is not None:
            self._wait(begun)
        last = frames.close(code)
        sent = 0 if self._waiting else self._write(last)
        if sent != len(last):
            self._keep(last, sent)
        gevent.spawn_later(LINGER_SECONDS if begun is not None else CLOSE_SECONDS, self.cut)

    def cut(self) -> None:
        """Drop the line without a word: for a peer that is gone or never answers our close."""
        self.ended = True
        with suppress(OSError):  # the line may already be down, which is what was wanted
            self._sock.shutdown(socket.SHUT_RDWR)

    def send(self, reply: bytes) -> int:
        """simple_websocket's own replies. After our close frame nothing may follow (RFC 6455, 5.5.1)."""
        self.push(reply)
        return len(reply)

    def recv(self, _size: int) -> bytes:
        """What simple_websocket is to understand next."""
        let_others()  # gevent's `recv` does not while bytes are there
        while received := self._sock.recv(READ):
            self.heard_at = time.monotonic()
            self._budget.spend(received)
            if not self._budget.over:
                break
            self.end(self._budget.over)
            gevent.sleep(DRAIN_SECONDS)
        return bytes(received)

    def close(self) -> None:
        self.ended = True
        self._fd = -1
        self._sock.close()

    def _keep(self, frame: bytes, sent: int) -> None:
        """The rest of a frame of which so many bytes are sent."""
        self._begun = self._begun or sent > 0
        self._wait(memoryview(frame)[sent:] if sent else frame)

    def _wait(self, rest: bytes | memoryview) -> None:
        self._waiting.append(rest)
        self._bytes_waiting += len(rest)
        if self._writer is None:
            self._writer = gevent.spawn(self._drain)

    def _drain(self) -> None:
        """Write what waits, as the reader takes it. One greenlet per slow socket, only while it is slow."""
        try:
            while self._waiting:
                wait_write(self._fd)
                first = self._waiting[0]
                sent = self._write(first)
                self._bytes_waiting -= sent
                self._begun = sent < len(first) and (self._begun or sent > 0)
                if sent == len(first):
                    self._waiting.popleft()
                elif sent:
                    self._waiting[0] = memoryview(first)[sent:]
        except (OSError, ValueError):
            self.cut()  # the descriptor was closed under us: the reader has seen the end of the line
        finally:
            self._writer = None

    def _write(self, data: bytes | memoryview) -> int:
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            return 0
        except OSError:
            self.cut()
            return len(data)  # nobody is there any more: nothing is left to write
