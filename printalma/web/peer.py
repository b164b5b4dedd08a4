"""One HTTP connection as gunicorn reads and writes it, with what its peer may do.

gevent lets nobody else run while bytes are there to be read or room is there to write, and waits for ever for what does
not come. Of one byte a chunk, 5 MB stopped everything for half a minute; three hundred bodies that never came held
every descriptor there was.
"""

import errno
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

import gevent

from printalma.lib.limits import Limits

READ = 16_384  # bytes taken in at a time; gunicorn copies what it holds again and again
PASSED_OVER = 1_000_000  # bytes of a body that nobody read, and the next request's headers behind it
HEADERS_END = b"\r\n\r\n"
STRANGERS = "printalma.strangers"
# A stranger may keep us waiting so long however many there are: a thousand pages come back at once.
PATIENCE_SECONDS = 2.0


def let_others() -> None:
    """Let everybody run who has something to do, and see first who has come meanwhile.

    Of those that only wait for their turn, as in `sleep(0)`, gevent runs up to fifty before it looks at any socket.
    """
    gevent.sleep(0.000_001)


class Strangers:
    """Whom we wait for without knowing who they are, by address. One too many: who has waited longest gives way.

    They and not the newest, because who has something to say says it at once.
    """

    def __init__(self, limits: Limits) -> None:
        self._most = limits.strangers_per_address
        self._waiting: dict[str, dict[object, tuple[float, Callable[[], None]]]] = {}

    def enter(self, address: str, who: object, give_way: Callable[[], None]) -> None:
        waiting = self._waiting.setdefault(address, {})
        waiting[who] = (time.monotonic(), give_way)
        if 0 < self._most < len(waiting):
            longest, (since, send_away) = next(iter(waiting.items()))
            if time.monotonic() - since > PATIENCE_SECONDS:
                del waiting[longest]
                send_away()

    def leave(self, address: str, who: object) -> None:
        waiting = self._waiting.get(address, {})
        waiting.pop(who, None)
        if not waiting:
            self._waiting.pop(address, None)

    @contextmanager
    def waiting(self, address: str, who: object, give_way: Callable[[], None]) -> Iterator[None]:
        self.enter(address, who, give_way)
        try:
            yield
        finally:
            self.leave(address, who)


class Peer:
    """The socket that gunicorn is given. What is not said here is the real one's."""

    def __init__(self, sock: Any, address: str | None, limits: Limits, strangers: Strangers) -> None:
        self._sock = sock
        self._rate = limits.line_bytes_per_second
        self._grace = limits.line_grace_seconds if self._rate else 0
        self._strangers = strangers
        self._own_address = address
        self.address = address  # None while it is only known which proxy sends
        self._asks = False
        self._began = 0.0
        self._body_rate, self._most_seconds = self._rate, 0
        self._read = 0  # bytes since the present request was there, or since the last one was answered
        self._sent_away = False
        self._held = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def asked(self) -> None:
        """A request's headers are there: what comes now is its body."""
        self._asks, self._began, self._read = True, time.monotonic(), 0
        self._body_rate, self._most_seconds = self._rate, 0

    def sends_order(self, rate: int, most_seconds: int) -> None:
        """The body may be large: it has a rate of its own, and so many seconds at most; 0 is no limit."""
        self._body_rate, self._most_seconds = rate, most_seconds

    def waited(self, seconds: float) -> None:
        """We had the peer wait, not they us."""
        self._began += seconds

    def answered(self) -> None:
        """It has been answered."""
        self._asks, self._read, self.address = False, 0, self._own_address
        self._held = b""

    def recv(self, size: int) -> bytes:
        """The next bytes; none when the peer, or what it may send, is at an end. Raises RequestTimeout and
        TooManyRequests while a request is answered."""
        if self._read:
            let_others()
        if not self._asks and self._read > PASSED_OVER:
            return b""
        self._sock.settimeout(self._seconds_left())
        received = self._received(min(size, READ))
        self._read += len(received)
        return received

    def sendall(self, data: bytes) -> None:
        """Write `data`. A piece that is not fetched within the grace was the last.

        An answer's headers, which gunicorn writes by themselves, go out with what follows them: one write less, which
        costs as much as a statement of the database.
        """
        if self._asks and not self._held and data.startswith(b"HTTP/") and data.endswith(HEADERS_END):
            self._held = data
            return
        data, self._held = self._held + data, b""
        self._sock.settimeout(self._grace or None)
        piece = self._grace * self._rate or len(data)
        try:
            for at in range(0, len(data), piece or 1):
                self._sock.sendall(memoryview(data)[at : at + piece])
        except TimeoutError:
            raise BrokenPipeError(errno.EPIPE, "the answer was not fetched") from None

    def flush(self) -> None:
        """Write what is held: an answer of headers alone."""
        if self._held:
            self.sendall(b"")

    def sendfile(self, file: BinaryIO, offset: int = 0, count: int | None = None) -> None:
        file.seek(offset)
        self.sendall(file.read(-1 if count is None else count))

    def dup(self) -> Any:
        """The real socket, for a line that goes on without HTTP."""
        found = self._sock.dup()
        found.settimeout(None)
        return found

    def _received(self, size: int) -> bytes:
        if self.address is None:
            return self._from_socket(size)
        with self._strangers.waiting(self.address, self, self._give_way):
            return self._from_socket(size)

    def _from_socket(self, size: int) -> bytes:
        try:
            received: bytes = self._sock.recv(size)
        except TimeoutError:
            raise _timeout() from None
        except OSError:
            if not self._sent_away:
                raise
            if self._asks:
                raise _too_many() from None
            return b""
        return received

    def _seconds_left(self) -> float | None:
        """Until the least rate is missed. Between requests gunicorn watches the time (`keepalive`)."""
        if not self._asks or not self._grace or not self._body_rate:
            return None
        seconds = self._grace + self._read / self._body_rate
        if self._most_seconds:
            seconds = min(seconds, self._most_seconds)
        left = self._began + seconds - time.monotonic()
        if left <= 0:
            raise _timeout()
        return left

    def _give_way(self) -> None:
        self._sent_away = True
        with suppress(OSError):  # it may have gone
            self._sock.shutdown(socket.SHUT_RD)  # gevent wakes who waits for its bytes with an OSError


# Imported when there is one: gunicorn's master has this module, and no use for what it would keep of that library.
def _timeout() -> Exception:
    from werkzeug.exceptions import RequestTimeout

    return RequestTimeout()


def _too_many() -> Exception:
    from werkzeug.exceptions import TooManyRequests

    return TooManyRequests()
