"""The shop without a server: its WSGI door, asked as gunicorn would ask it, with headers no HTTP library would send."""

import io
import json
import os
from collections.abc import Iterable
from http.client import HTTPMessage
from typing import Any
from unittest.mock import patch

from printalma import create_app
from printalma.db import db
from tests.support.client import Answer
from tests.support.server import ADMIN, environment

Headers = Iterable[tuple[str, str]]


class Inside:
    """An app of its own on a database that is set up."""

    def __init__(self, database_url: str, **settings: str) -> None:
        mask = os.umask(0)
        with patch.dict(os.environ, environment(database_url, **settings), clear=True):
            self.app = create_app()
        os.umask(mask)  # an app keeps its files to itself; those of the tests are for other users, too

    def ask(
        self,
        method: str,
        path: str,
        headers: Headers = (),
        body: bytes = b"",
        peer: str = "192.0.2.1",
        stream: Any = None,
    ) -> Answer:
        """What the app answers. A header named twice is joined as gunicorn joins it; a later one replaces nothing."""
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "RAW_URI": f"{path}?{query}",
            "SCRIPT_NAME": "",
            "SERVER_NAME": "0.0.0.0",
            "SERVER_PORT": "3004",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": peer,
            "wsgi.url_scheme": "http",
            "wsgi.input": stream or io.BytesIO(body),
            "wsgi.input_terminated": True,
            "wsgi.errors": io.StringIO(),
        }
        for name, value in headers:
            key = name.upper().replace("-", "_")
            key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
            environ[key] = f"{environ[key]},{value}" if key in environ else value
        environ.setdefault("HTTP_HOST", "shop.example")
        return _answer(self.app, environ)

    def close(self) -> None:
        with self.app.app_context():
            db.engine.dispose()

    def token(self, *sign_in: str) -> str:
        """A token of the first admin, or of whoever is named."""
        email, password = sign_in or ADMIN
        body = json.dumps({"email": email, "password": password}).encode()
        answer = self.ask("POST", "/auth/login", [("Content-Type", "application/json")], body)
        assert answer.status == 201, answer.text
        found: str = answer.json["access_token"]
        return found


def _answer(app: Any, environ: dict[str, Any]) -> Answer:
    told: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        told.update(status=int(status.split(maxsplit=1)[0]), headers=HTTPMessage())
        for name, value in headers:
            told["headers"].add_header(name, value)

    chunks = app.wsgi_app(environ, start)
    text = b"".join(chunks).decode()
    if hasattr(chunks, "close"):
        chunks.close()
    return Answer(told["status"], told["headers"], text)
