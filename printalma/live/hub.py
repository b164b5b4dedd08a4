"""Who is connected and what they follow. Knows no Flask and no database; all greenlets of a process share one."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from printalma.live import frames

if TYPE_CHECKING:
    from printalma.live.channels import Channel

SOCKETS_MOST = 8000  # in one process; one more is told 1013 and tries again, elsewhere or later
SILENCE = 60.0  # seconds without a pong or a word after which a peer is taken for gone


class Line(Protocol):
    """What the hub needs of a connection."""

    ended: bool
    heard_at: float

    def push(self, frame: bytes, /) -> None: ...
    def ping(self) -> None: ...
    def end(self, code: int, /) -> None: ...
    def cut(self) -> None: ...


@dataclass(eq=False)
class Socket:
    """A line, the door it came in by ("dashboard", "stream", "socketio") and whose it is."""

    line: Line
    door: str
    user_id: int
    sign_in: str
    is_admin: bool
    expires_at: datetime
    channel: "Channel | None" = None


@dataclass(frozen=True)
class Join:
    """A socket that wants to follow `channel` from event `since` on; None means from now on."""

    socket: Socket
    channel: "Channel"
    since: int | None


@dataclass
class Hub:
    cursor: int = 0
    sockets: set[Socket] = field(default_factory=set)
    channels: "dict[Channel, set[Socket]]" = field(default_factory=dict)
    joining: list[Join] = field(default_factory=list)
    closing: int | None = None
    _ended: dict[str, float] = field(default_factory=dict)

    def add(self, socket: Socket) -> bool:
        """Take a socket in; False when it was told why not instead."""
        if socket.sign_in in self._ended:
            socket.line.end(frames.ENDED)
        elif self.closing or len(self.sockets) >= SOCKETS_MOST:
            socket.line.end(self.closing or frames.TOO_SLOW)
        else:
            self.sockets.add(socket)
            return True
        return False

    def remove(self, socket: Socket) -> None:
        self.sockets.discard(socket)
        self._unfollow(socket)

    def join(self, join: Join) -> None:
        """Note what a socket asks for. The tailer lets it in between two looks at the log: it misses nothing."""
        self._unfollow(join.socket)
        self.joining.append(join)

    def follow(self, join: Join) -> None:
        """From the next batch on, `join.socket` gets what its channel gets."""
        if join.socket in self.sockets:
            self._unfollow(join.socket)
            join.socket.channel = join.channel
            self.channels.setdefault(join.channel, set()).add(join.socket)

    def push(self, channel: "Channel", frame: bytes) -> None:
        """The same bytes to every socket that follows `channel`."""
        for socket in list(self.channels.get(channel, ())):
            socket.line.push(frame)

    def end_sign_ins(self, sign_ins: Iterable[str]) -> None:
        """Close the sockets opened through these sign-ins: their right has ended."""
        # Kept for a while: a socket may have shown its sign-in before it ended, and come in after.
        moment = time.monotonic()
        self._ended = {known: at for known, at in self._ended.items() if moment - at < SILENCE}
        self._ended |= dict.fromkeys(sign_ins, moment)
        self._end([socket for socket in self.sockets if socket.sign_in in self._ended], frames.ENDED)

    def end_expired(self, moment: datetime) -> None:
        """Close the sockets whose sign-in has run out."""
        self._end([socket for socket in self.sockets if socket.expires_at <= moment], frames.ENDED)

    def end_all(self, code: int) -> None:
        """Close every socket, and every later one as it comes."""
        self.closing = code
        self._end(list(self.sockets), code)

    def ping(self) -> None:
        """Ask every peer for a sign of life (routers cut a line idle for 55 s), and drop those long silent."""
        deadline = time.monotonic() - SILENCE
        for socket in list(self.sockets):
            if socket.line.heard_at < deadline:
                self.remove(socket)
                socket.line.cut()
            else:
                socket.line.ping()

    def beat(self) -> None:
        """Tell every follower where the log stands."""
        for channel in self:
            self.push(channel, channel.beat(self.cursor))

    def count(self) -> Counter[tuple[str, bool]]:
        """Open sockets by door and whether an admin's."""
        return Counter((socket.door, socket.is_admin) for socket in self.sockets if not socket.line.ended)

    def __iter__(self) -> "Iterator[Channel]":
        return iter(list(self.channels))

    def _end(self, sockets: Iterable[Socket], code: int) -> None:
        for socket in sockets:
            self._unfollow(socket)
            socket.line.end(code)

    def _unfollow(self, socket: Socket) -> None:
        if socket.channel is not None:
            followers = self.channels[socket.channel]
            followers.discard(socket)
            if not followers:
                del self.channels[socket.channel]
            socket.channel = None
