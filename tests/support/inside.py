"""The shop without a server: gunicorn's worker, as the shop configures it, but for its sockets, in the test's process.

Requests and answers are the bytes that a socket would carry; who they are handed to are gunicorn's parser, our worker,
the app. What is left out is what only a process has: sockets that stay open, the tailer, the push, signals, others at
the same time.
"""

import functools
import http.client
import io
import json
import logging
import os
import runpy
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from click.testing import Result
from flask import Flask
from gunicorn.config import Config  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from jinja2 import FileSystemBytecodeCache
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.routing import Rule
from werkzeug.security import generate_password_hash

from printalma import create_app
from printalma.accounts import passwords
from printalma.db import db
from printalma.demo.command import demo
from printalma.ops.logs import FORMAT, Indented
from printalma.web import rate_limits, unreadable
from printalma.web.worker import Worker
from tests.support import warm
from tests.support.client import Answer, Client
from tests.support.server import ADMIN, ROOT, Server, Shop, environment

Headers = Iterable[tuple[str, str]]
NAME = "shop.example"

# Hundreds of people of the tests register and sign in. What a real hash costs is tried on servers.
vars(passwords)["generate_password_hash"] = functools.partial(generate_password_hash, method="scrypt:256:8:1")


_compile_builder = Rule._compile_builder
_builders: dict[Any, Any] = {}


def _known_builder(rule: Rule, append_unknown: bool = True) -> Any:
    """Each app compiles what builds its addresses, three quarters of its making; they are the same."""
    key = (rule.rule, repr(rule.defaults), tuple(rule._trace), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


Rule._compile_builder = _known_builder  # type: ignore[method-assign, assignment]

# Each app compiles its templates; they are the same, in all processes of a run.
templates = FileSystemBytecodeCache()


class Inside(Shop):
    """A shop's app in this process. With a folder to log to, it has a real server beside it as soon as somebody needs
    one: a second process of the same shop."""

    def __init__(self, database_url: str, folder: Path | None = None, /, **settings: str) -> None:
        self.database_url = database_url
        self._folder, self._settings = folder, settings
        self._server: Server | None = None
        self._starting = threading.Lock()
        self._said = io.StringIO()
        self._worker = _worker(database_url, settings)
        self._calls = FixedWindowRateLimiter(MemoryStorage())  # another process has not counted the calls of this one

    @property
    def app(self) -> Flask:
        """The app itself, for what no request asks."""
        found: Flask = self._worker.wsgi
        return found

    @property
    def server(self) -> Server:
        """A real server of the same shop."""
        with self._starting:
            if self._server is None:
                assert self._folder is not None, "this shop has no server"
                self._server = Server(self.database_url, self._folder, warm.start, **self._settings).start()
            return self._server

    @property
    def url(self) -> str:
        """Where sockets and browsers find the shop."""
        return self.server.url

    @property
    def log(self) -> str:
        return self._said.getvalue() + (self._server.log if self._server else "")

    def client(self) -> "InsideClient":
        return InsideClient(self)

    def __enter__(self) -> "Inside":
        return self

    def exchange(self, sent: bytes, peer: str) -> bytes:
        """The bytes that come back for those of a connection, which ends there."""
        handler = logging.StreamHandler(self._said)
        handler.setFormatter(Indented(FORMAT))
        loggers = [logging.getLogger(), logging.getLogger("gunicorn.error")]
        for logger in loggers:
            logger.addHandler(handler)
        line = _Line(sent)
        try:
            with patch.object(rate_limits, "_windows", self._calls):
                self._worker.handle(_Listener, line, (peer, 50_000))
        finally:
            for logger in loggers:
                logger.removeHandler(handler)
        return line.answered

    def ask(self, method: str, path: str, headers: Headers = (), body: bytes = b"", peer: str = "192.0.2.1") -> Answer:
        """What the app answers to headers that no HTTP library would send."""
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
        named = {name.lower() for name, _ in headers}
        if "host" not in named:
            lines.append(f"Host: {NAME}")
        if body and "content-length" not in named:
            lines.append(f"Content-Length: {len(body)}")
        end = _ClientsEnd(self, peer)
        end.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        answer = http.client.HTTPResponse(end, method=method)  # type: ignore[arg-type]
        answer.begin()
        return Answer(answer.status, answer.headers, answer.read().decode(errors="backslashreplace"))

    def token(self, *sign_in: str) -> str:
        """A token of the first admin, or of whoever is named."""
        email, password = sign_in or ADMIN
        body = json.dumps({"email": email, "password": password}).encode()
        answer = self.ask("POST", "/auth/login", [("Content-Type", "application/json")], body)
        assert answer.status == 201, answer.text
        found: str = answer.json["access_token"]
        return found

    def close(self) -> None:
        if self._server is not None:
            self._server.kill()
        with self._worker.wsgi.app_context():
            db.engine.dispose()
        self._worker.tmp.close()


class InsideClient(Client):
    """A caller whose requests stay in the process. Its sockets, and what threads ask, go to the server beside."""

    def __init__(self, shop: Inside) -> None:
        super().__init__(f"http://{NAME}")
        self._shop = shop

    @property
    def live_url(self) -> str:
        return self._shop.url

    def _connection(self) -> http.client.HTTPConnection:
        return _Connection(self._shop)


class _Connection(http.client.HTTPConnection):
    def __init__(self, shop: Inside) -> None:
        super().__init__(NAME)
        self._shop = shop

    def connect(self) -> None:
        """Who asks while others ask, from a thread, asks a real server: a process answers one at a time otherwise."""
        if threading.current_thread() is threading.main_thread():
            self.sock: Any = _ClientsEnd(self._shop, "127.0.0.1")
        else:
            self.sock = socket.create_connection(("127.0.0.1", self._shop.server.port), 30)


class _ClientsEnd:
    """What http.client takes for a socket."""

    def __init__(self, shop: Inside, address: str) -> None:
        self._shop, self._address, self._sent = shop, address, bytearray()

    def sendall(self, data: bytes) -> None:
        self._sent += data

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._shop.exchange(bytes(self._sent), self._address))

    def close(self) -> None:
        """There is nothing to close."""


class _Line:
    """What gunicorn takes for a socket whose peer has sent everything and waits."""

    def __init__(self, sent: bytes) -> None:
        self._sent, self._answered = io.BytesIO(sent), bytearray()

    @property
    def answered(self) -> bytes:
        return bytes(self._answered)

    def recv(self, size: int) -> bytes:
        received = self._sent.read(size)
        if not received and not self._answered:
            raise TimeoutError  # a body that does not come
        return received

    def sendall(self, data: bytes) -> None:
        self._answered += data

    def send(self, data: bytes) -> int:
        self._answered += data
        return len(data)

    def setblocking(self, _on: bool) -> None: ...

    def gettimeout(self) -> float | None:
        return None

    def settimeout(self, _seconds: float | None) -> None: ...

    def shutdown(self, _how: int) -> None: ...

    def close(self) -> None: ...


class _Listener:
    family = socket.AF_INET

    @staticmethod
    def getsockname() -> tuple[str, int]:
        return ("0.0.0.0", 3004)


def flask(database_url: str, *arguments: str, **settings: str) -> Result:
    """`flask …` without a process of its own, whose start costs a second; it must succeed."""
    done = run(database_url, *arguments, **settings)
    assert done.exit_code == 0, f"{done.output}{done.exception!r}"
    return done


def fill(database_url: str, count: int) -> None:
    """Two years of orders, as `python -m printalma.demo --fill` writes them. Raises ClickException."""
    with _environ(database_url, {}):
        app = create_app()
        with app.app_context():
            demo.main(["--fill", str(count)], standalone_mode=False)
            db.engine.dispose()


def run(database_url: str, *arguments: str, **settings: str) -> Result:
    """The same, however it ends."""
    with _environ(database_url, {"FLASK_RUN_FROM_CLI": "true"} | settings):
        app = create_app()
        done = app.test_cli_runner().invoke(args=arguments)
    with app.app_context():
        db.engine.dispose()
    return done


@contextmanager
def _environ(database_url: str, settings: dict[str, str]) -> Iterator[None]:
    mask = os.umask(0)
    try:
        with patch.dict(os.environ, environment(database_url, **settings), clear=True):
            yield
    finally:
        os.umask(mask)  # an app keeps its files to itself; those of the tests are for other users, too


def _worker(database_url: str, settings: dict[str, str]) -> Worker:
    """A worker with the settings of gunicorn.conf.py, which has not been forked."""
    with _environ(database_url, settings):
        said = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
        app = create_app()
    app.jinja_env.bytecode_cache = templates
    config = Config()
    for name in said.keys() & config.settings.keys():
        config.set(name, said[name])
    config.set("accesslog", None)
    worker = Worker(1, os.getppid(), [], None, 30, config, Logger(config))
    worker.wsgi = app
    unreadable.init_worker()
    said["on_exit"](None)
    return worker
