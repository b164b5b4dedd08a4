"""What one peer may send on its socket: frames and bytes a second, and the size of a message. How
much may wait to be sent to it: connection.py.

simple_websocket reads as long as bytes are there, and answers every ping: a peer that sent masked one-byte pings as
fast as it could stopped the whole process for as long as it liked, without a token.
"""

import struct
import time

from printalma.lib.limits import Limits
from printalma.live import frames

BURST = 10  # seconds' worth that may come at once: a front end that comes back says several things in one breath
_CONTINUED, _CONTROL = 0x0, 0x8


class Bucket:
    """So many a second; what was not used is kept for `burst` seconds. A rate of 0 is no limit."""

    def __init__(self, rate: int, burst: int = BURST) -> None:
        self._rate = rate
        self._most = float(rate * burst)
        self._left = self._most
        self._at = time.monotonic()

    def take(self, n: int = 1) -> bool:
        """Whether there were `n` left. They are taken in any case."""
        moment = time.monotonic()
        self._left = min(self._most, self._left + (moment - self._at) * self._rate) - n
        self._at = moment
        return not self._rate or self._left >= 0


class Budget:
    """Counts a peer's frames by their headers as their bytes pass (RFC 6455, 5.2), before anything understands them.

    Until it is known who the peer is, the frames of one second may come at once: a handshake and a word need no more.
    """

    def __init__(self, limits: Limits, message_bytes: int) -> None:
        self._later: Bucket | None = Bucket(limits.socket_frames_per_second)
        self._frames = Bucket(limits.socket_frames_per_second, burst=1)
        self._bytes = Bucket(limits.socket_bytes_per_second)
        self._most = message_bytes
        self._header = bytearray()
        self._payload = 0  # bytes of the present frame still to come
        self._message = 0  # bytes of the present message, which may be in many fragments
        self.over: int | None = None  # the close code for a peer that has spent more; for good

    def trust(self) -> None:
        """The peer has said who it is. A client of Socket.IO may say so again and again: that earns nothing more."""
        if self._later is not None:
            self._frames, self._later = self._later, None

    def spend(self, data: bytes) -> None:
        """Take `data` off the budget."""
        if not self._bytes.take(len(data)):
            self.over = frames.POLICY
        at = 0
        while at < len(data) and not self.over:
            if self._payload:
                passed = min(self._payload, len(data) - at)
                self._payload -= passed
                at += passed
            else:
                self._header.append(data[at])
                at += 1
                if len(self._header) == self._header_size():
                    self._begin_frame()

    def _header_size(self) -> int:
        if len(self._header) < 2:
            return 2
        size = self._header[1]
        return 2 + {126: 2, 127: 8}.get(size & 0x7F, 0) + (4 if size & 0x80 else 0)

    def _begin_frame(self) -> None:
        header, self._header = self._header, bytearray()
        size = header[1] & 0x7F
        if size >= 126:
            size = struct.unpack_from("!H" if size == 126 else "!Q", header, 2)[0]
        self._payload = size
        opcode = header[0] & 0x0F
        if not opcode & _CONTROL:
            self._message = size + (self._message if opcode == _CONTINUED else 0)
            if self._most and self._message > self._most:
                self.over = frames.TOO_BIG
        if not self._frames.take():
            self.over = frames.POLICY
