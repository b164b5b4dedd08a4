"""Who is connected and what they follow. Knows no Flask and no database; all greenlets of a process share one."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from printalma.accounts import policy
from printalma.accounts.policy import Role, Sight
from printalma.lib.limits import Limits
from printalma.live import frames

if TYPE_CHECKING:
    from printalma.live.channels import Channel

SILENCE_SECONDS = 60.0  # seconds without a pong or a word after which a peer is taken for gone


class Transport(Protocol):
    """What the hub needs of a connection."""

    ended: bool
    heard_at: float

    def push(self, frame: bytes, /) -> None: ...
    def ping(self) -> None: ...
    def end(self, code: int, /) -> None: ...
    def cut(self) -> None: ...


@dataclass(eq=False, slots=True)
class Socket:
    """A transport, the door it came in by ("dashboard", "stream", "socketio"), whose it is and what they are. `away`:
    its page is open, and nobody is there."""

    transport: Transport
    door: str
    user_id: int
    sign_in: str
    role: Role
    expires_at: datetime
    channel: "Channel | None" = None
    followed_at: float = 0.0
    away: bool = False

    def may(self, right: str) -> bool:
        return policy.may(self.role, right)

    @property
    def sight(self) -> Sight:
        return policy.sight(self.role, self.user_id)

    @property
    def page_sight(self) -> Sight:
        return policy.sight(self.role, self.user_id, policy.ATELIER)

    @property
    def is_admin(self) -> bool:
        return self.sight.is_team


@dataclass(frozen=True)
class Join:
    """A socket that wants to follow `channel` from event `since` on; None means from now on."""

    socket: Socket
    channel: "Channel"
    since: int | None


@dataclass
class Hub:
    limits: Limits
    cursor: int = 0
    sockets: set[Socket] = field(default_factory=set)
    channels: "dict[Channel, dict[Socket, Transport]]" = field(default_factory=dict)
    joining: dict[Socket, Join] = field(default_factory=dict)
    closing: int | None = None
    on_follow: "Callable[[Channel], None]" = lambda _: None  # called when somebody begins or ends to follow one
    _of_user: Counter[int] = field(default_factory=Counter)
    _ended: dict[str, float] = field(default_factory=dict)

    def add(self, socket: Socket) -> bool:
        """Take a socket in; False when it was told why not instead."""
        if socket.sign_in in self._ended:
            socket.transport.end(frames.ENDED)
        elif self.closing or 0 < self.limits.sockets_per_process <= len(self.sockets):
            socket.transport.end(self.closing or frames.TOO_SLOW)
        elif 0 < self._most_of(socket) <= self._of_user[socket.user_id]:
            socket.transport.end(frames.POLICY)
        else:
            self.sockets.add(socket)
            self._of_user[socket.user_id] += 1
            return True
        return False

    def remove(self, socket: Socket) -> None:
        self._unfollow(socket)
        self.joining.pop(socket, None)
        if socket in self.sockets:
            self.sockets.remove(socket)
            self._of_user[socket.user_id] -= 1
            if not self._of_user[socket.user_id]:
                del self._of_user[socket.user_id]

    def join(self, join: Join) -> None:
        """Note what a socket asks for: the last thing counts. The tailer lets it in between two looks at the log: it
        misses nothing."""
        self._unfollow(join.socket)
        self.joining[join.socket] = join

    def admit(self, join: Join, frame: bytes) -> None:
        """Send `frame`, with which the socket has caught up; from the next batch on it gets what its channel gets."""
        socket = join.socket
        if self.joining.get(socket) is not join:
            return  # it has gone, or asked for something else meanwhile
        del self.joining[socket]
        socket.transport.push(frame)
        if socket in self.sockets:
            self._unfollow(socket)
            socket.channel, socket.followed_at = join.channel, time.monotonic()
            self.channels.setdefault(join.channel, {})[socket] = socket.transport
            self.on_follow(join.channel)

    def send_away(self, joins: Iterable[Join]) -> None:
        """What they ask for cannot be had now: they may come back."""
        for join in joins:
            self.joining.pop(join.socket, None)
            join.socket.transport.end(frames.TOO_SLOW)

    def push(self, channel: "Channel", frame: bytes) -> None:
        """The same bytes to every socket that follows `channel`."""
        for transport in list(self.channels.get(channel, {}).values()):
            transport.push(frame)

    def end_sign_ins(self, sign_ins: Iterable[str]) -> None:
        """Close the sockets opened through these sign-ins: their right has ended."""
        # Kept for a while: a socket may have shown its sign-in before it ended, and come in after.
        moment = time.monotonic()
        self._ended = {known: at for known, at in self._ended.items() if moment - at < SILENCE_SECONDS}
        self._ended |= dict.fromkeys(sign_ins, moment)
        self._end([socket for socket in self.sockets if socket.sign_in in self._ended], frames.ENDED)

    def expired(self, moment: datetime) -> list[Socket]:
        """The sockets whose sign-in has run out, as far as they were told when they came in."""
        return [socket for socket in self.sockets if socket.expires_at <= moment and not socket.transport.ended]

    def end_expired(self, moment: datetime, until: Mapping[str, datetime]) -> None:
        """Close the sockets whose sign-in has run out; `until` is how long sign-ins last that were renewed since."""
        expired = self.expired(moment)
        for socket in expired:
            socket.expires_at = until.get(socket.sign_in, socket.expires_at)
        self._end([socket for socket in expired if socket.expires_at <= moment], frames.ENDED)

    def restart(self) -> None:
        """Have every socket come back, as after a restart of the server."""
        self._end(list(self.sockets), frames.RESTART)

    def end_all(self, code: int) -> None:
        """Close every socket, and every later one as it comes."""
        self.closing = code
        self._end(list(self.sockets), code)

    def ping(self) -> None:
        """Ask every peer for a sign of life (routers cut a line idle for 55 s), and drop those long silent."""
        deadline = time.monotonic() - SILENCE_SECONDS
        for socket in list(self.sockets):
            if socket.transport.heard_at < deadline:
                self.remove(socket)
                socket.transport.cut()
            else:
                socket.transport.ping()

    def beat(self) -> None:
        """Tell every follower where the log stands."""
        for channel in self:
            self.push(channel, channel.beat(self.cursor))

    def count(self) -> Counter[tuple[str, bool]]:
        """Open sockets by door and whether an admin's."""
        return Counter((socket.door, socket.is_admin) for socket in self.sockets if not socket.transport.ended)

    def __iter__(self) -> "Iterator[Channel]":
        return iter(list(self.channels))

    def _most_of(self, socket: Socket) -> int:
        return self.limits.sockets_per_admin if socket.is_admin else self.limits.sockets_per_customer

    def _end(self, sockets: Iterable[Socket], code: int) -> None:
        for socket in sockets:
            self._unfollow(socket)
            socket.transport.end(code)

    def _unfollow(self, socket: Socket) -> None:
        if socket.channel is not None:
            followers = self.channels[socket.channel]
            followers.pop(socket, None)
            if not followers:
                del self.channels[socket.channel]
            self.on_follow(socket.channel)
            socket.channel = None
