"""What gunicorn refuses before anybody sees it, because it is no HTTP or too long, in the contract's form."""

import json
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]
from werkzeug.http import HTTP_STATUS_CODES as REASONS

from printalma.web.errors import body, message_of
from printalma.web.headers import NOT_KEPT, always


def init_worker() -> None:
    """In a process of gunicorn's: its own answers are HTML, and repeat what was sent."""
    util.write_error = _write


def _write(sock: Any, status: int, _reason: str, _message: str) -> None:
    text = json.dumps(body(status, message_of(status)), ensure_ascii=False).encode()
    headers = [
        *always(),
        *NOT_KEPT,
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(text))),
        ("Connection", "close"),
    ]
    lines = [f"HTTP/1.1 {status} {REASONS[status]}", *(f"{name}: {value}" for name, value in headers)]
    util.write_nonblock(sock, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + text)
