"""What is no handshake is refused in front of every door, before a library stumbles over its headers."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from printalma.lib.i18n import t
from printalma.web.errors import body

VERSION = "13"
READ_AS_ASCII = ("HTTP_HOST", "HTTP_SEC_WEBSOCKET_KEY", "HTTP_SEC_WEBSOCKET_PROTOCOL")


class Handshakes:
    """WSGI middleware: a request for a WebSocket that is malformed (RFC 6455, 4.2.1) gets the contract's 400."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_UPGRADE", "").lower() != "websocket" or _is_handshake(environ):
            answer: Iterable[bytes] = self._app(environ, start_response)
            return answer
        refusal = json.dumps(body(400, t("errors.400"))).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(refusal)))]
        start_response("400 Bad Request", headers)
        return [refusal]


def _is_handshake(environ: dict[str, Any]) -> bool:
    tokens = {token.strip() for token in environ.get("HTTP_CONNECTION", "").lower().split(",")}
    return (
        environ["REQUEST_METHOD"] == "GET"
        and environ["SERVER_PROTOCOL"] == "HTTP/1.1"
        and "upgrade" in tokens
        and environ.get("HTTP_SEC_WEBSOCKET_VERSION") == VERSION
        and bool(environ.get("HTTP_SEC_WEBSOCKET_KEY"))
        and all(environ.get(name, "").isascii() for name in READ_AS_ASCII)
    )
