"""Who is connected and what they look at. Knows no Flask and no database; all greenlets of a process share one."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from printalma.events.renderings import View
from printalma.live import frames
from printalma.live.connection import Connection

SOCKETS_MOST = 8000  # in one process; one more is told 1013 and tries again, elsewhere or later
SILENCE = 60.0  # seconds without a pong or a word after which a peer is taken for gone


@dataclass(eq=False)
class Socket:
    """A connection and whose it is."""

    line: Connection
    user_id: int
    sign_in: str
    is_admin: bool
    view: View | None = None


@dataclass(frozen=True)
class Join:
    """A socket that wants to follow `view` from event `since` on; None means from now on."""

    socket: Socket
    view: View
    since: int | None


@dataclass
class Hub:
    cursor: int = 0
    sockets: set[Socket] = field(default_factory=set)
    views: dict[View, set[Socket]] = field(default_factory=dict)
    joining: list[Join] = field(default_factory=list)
    closing: int | None = None

    def add(self, socket: Socket) -> bool:
        """Take a socket in; False when it was told to come back later instead."""
        if self.closing or len(self.sockets) >= SOCKETS_MOST:
            socket.line.end(self.closing or frames.TOO_SLOW)
            return False
        self.sockets.add(socket)
        socket.line.on_end = lambda: self.remove(socket)
        return True

    def remove(self, socket: Socket) -> None:
        self.sockets.discard(socket)
        self._unfollow(socket)

    def join(self, join: Join) -> None:
        """Note what a socket asks for. The tailer lets it in between two looks at the log: it misses nothing."""
        self._unfollow(join.socket)
        self.joining.append(join)

    def follow(self, join: Join) -> None:
        """From the next batch on, `join.socket` gets what its view gets."""
        if join.socket in self.sockets:
            self._unfollow(join.socket)
            join.socket.view = join.view
            self.views.setdefault(join.view, set()).add(join.socket)

    def push(self, view: View, frame: bytes) -> None:
        """The same bytes to every socket that shows `view`."""
        for socket in list(self.views.get(view, ())):
            socket.line.push(frame)

    def end_sign_ins(self, sign_ins: Iterable[str]) -> None:
        """Close the sockets opened through these sign-ins: their right has ended."""
        ended = set(sign_ins)
        for socket in [socket for socket in self.sockets if socket.sign_in in ended]:
            socket.line.end(frames.ENDED)

    def end_all(self, code: int) -> None:
        """Close every socket, and every later one as it comes."""
        self.closing = code
        for socket in list(self.sockets):
            socket.line.end(code)

    def ping(self) -> None:
        """Ask every peer for a sign of life (routers cut a line idle for 55 s), and drop those long silent."""
        deadline = time.monotonic() - SILENCE
        for socket in list(self.sockets):
            if socket.line.heard_at < deadline:
                self.remove(socket)
                socket.line.cut()
            else:
                socket.line.push(frames.PING)

    def count(self) -> tuple[int, int]:
        """Sockets of admins, and of everybody else."""
        admins = sum(socket.is_admin for socket in self.sockets)
        return admins, len(self.sockets) - admins

    def __iter__(self) -> Iterator[View]:
        return iter(list(self.views))

    def _unfollow(self, socket: Socket) -> None:
        if socket.view is not None:
            followers = self.views[socket.view]
            followers.discard(socket)
            if not followers:
                del self.views[socket.view]
            socket.view = None
