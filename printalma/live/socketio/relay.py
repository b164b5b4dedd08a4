"""Hands a Socket.IO request to the process whose session it is of.

A client that polls sends each request on whichever connection it likes, and the system gives each connection to any of
the processes. So session ids begin with their process's name, and each process also listens on a Unix socket: it is
given the client's connection itself (SCM_RIGHTS) with what was read from it, and answers as if it had accepted it. The
client's address is the connection's own, and a WebSocket costs nobody else anything from then on.
"""

import os
import re
import secrets
import socket
from pathlib import Path
from typing import Any

import gevent
from gevent.pool import Pool
from gevent.server import StreamServer

MAX_CLIENTS = 8000  # connections of others' that a process answers at once
MAX_WAITING = 512  # those that it has not looked at yet; one more is refused
MAX_BYTES = 250_000  # of one request, its head included; the largest packet is 100 kB
MAX_SECONDS = 20.0  # until a request is read, or handed over
PIECE = 65_536
_NAME = re.compile(r"[0-9a-f]{12}")
_KEPT_BACK = ("HTTP_CONNECTION", "HTTP_EXPECT", "HTTP_TRANSFER_ENCODING")  # said anew, or done already

Environ = dict[str, Any]


class NotHandedOver(Exception):
    """There is no such process, or it takes nothing more: its sessions are lost."""


class Relay:
    """One process's end. Until `start`, and in a process that nobody started, every session is its own."""

    def __init__(self) -> None:
        self.name = secrets.token_hex(6)
        self._folder: Path | None = None
        self._server: StreamServer | None = None
        self._worker: Any = None

    def start(self, worker: Any, folder: Path) -> list[str]:
        """Take what the other processes of `folder` hand over. Returns the names of those that were killed."""
        self._worker = worker
        dead = _sweep(folder)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        unready = folder / f".{self.name}"
        listener.bind(str(unready))
        listener.listen(MAX_WAITING)
        unready.rename(folder / self.name)  # a socket that nobody listens on is taken for a killed process's
        self._server = StreamServer(listener, handle=self._take, spawn=Pool(MAX_CLIENTS))
        self._server.start()
        self._folder = folder
        return dead

    def stop(self) -> None:
        if self._server is not None and self._folder is not None:
            (self._folder / self.name).unlink(missing_ok=True)
            self._server.close()

    def session_id(self, made: str) -> str:
        return f"{self.name}.{made}"

    def owner_of(self, session: str) -> str | None:
        """The name of the other process that a session id names, if it may be one. Anybody can write any name."""
        name, dot, _ = session.partition(".")
        is_other = self._folder is not None and dot and name != self.name and _NAME.fullmatch(name)
        return name if is_other else None

    def hand_over(self, owner: str, environ: Environ) -> None:
        """Give a request and its connection to `owner`. Raises NotHandedOver; after it the request is not ours."""
        assert self._folder is not None
        try:
            with gevent.Timeout(MAX_SECONDS), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                request = _as_sent(environ)
                line.settimeout(0)  # a full queue is a refusal, not a wait
                line.connect(str(self._folder / owner))
                line.settimeout(None)
                sent = socket.send_fds(line, [request], [environ["gunicorn.socket"].fileno()])
                line.sendall(request[sent:])
        except (OSError, gevent.Timeout) as error:
            raise NotHandedOver from error

    def _take(self, line: socket.socket, _address: object) -> None:
        try:
            with line, gevent.Timeout(MAX_SECONDS):
                client = _received(line)
            address = client.getpeername()
        except (OSError, gevent.Timeout):
            return  # the client has gone, or the process that asked
        if self._worker.alive:
            self._worker.handle(self._worker.sockets[0], client, address)
        else:
            client.close()  # gunicorn may have closed what it listens on already, which `handle` asks for its name


class _Client(socket.socket):
    """A client's connection, the beginning of whose request another process has read."""

    begun = b""

    def recv(self, size: int, *flags: int) -> bytes:
        if not self.begun:
            return super().recv(size, *flags)
        piece, self.begun = self.begun[:size], self.begun[size:]
        return piece


def _as_sent(environ: Environ) -> bytes:
    """The request as it arrived, but that its body is whole and nothing follows it."""
    body: bytes = environ["wsgi.input"].read(MAX_BYTES)
    lines = [f"{environ['REQUEST_METHOD']} {environ['RAW_URI']} {environ['SERVER_PROTOCOL']}"]
    for name, value in environ.items():
        if name.startswith("HTTP_") and name not in _KEPT_BACK:
            lines.append(f"{name.removeprefix('HTTP_').replace('_', '-')}: {value}")
    if "CONTENT_TYPE" in environ:
        lines.append(f"CONTENT-TYPE: {environ['CONTENT_TYPE']}")
    lines.append(f"CONTENT-LENGTH: {len(body)}")
    lines.append("CONNECTION: " + ("Upgrade" if "HTTP_UPGRADE" in environ else "close"))
    request = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
    if len(request) > MAX_BYTES:
        raise OSError("more than a request")
    return request


def _received(line: socket.socket) -> _Client:
    begun, descriptors, _, _ = socket.recv_fds(line, PIECE, 1)
    if not descriptors:
        raise OSError("no connection came with it")
    client = _Client(fileno=descriptors[0])
    try:
        while piece := line.recv(PIECE):
            begun += piece
            if len(begun) > MAX_BYTES:
                raise OSError("more than a request")
    except BaseException:
        client.close()
        raise
    client.begun = begun
    return client


def _sweep(folder: Path) -> list[str]:
    """Remove the sockets of processes that were killed."""
    dead = []
    for name in filter(_NAME.fullmatch, os.listdir(folder)):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(0)
            try:
                probe.connect(str(folder / name))
            except ConnectionRefusedError:
                (folder / name).unlink(missing_ok=True)
                dead.append(name)
            except OSError:
                pass  # full, or gone meanwhile
    return dead
