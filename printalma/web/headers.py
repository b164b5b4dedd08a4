"""What every answer carries: the content security policy, its relatives, and a word for caches."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from flask import Flask, Response, request

from printalma.web import vendor

POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# What no page of ours uses. Names that a browser does not know it complains about.
UNUSED = (
    "camera",
    "display-capture",
    "geolocation",
    "hid",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)
REFERRER = "Referrer-Policy"  # pages behind a link's secret say it themselves
# All that a style or a script is told: the rest is for what a browser opens, and half a kilobyte of each cold page.
OF_FILES = ("X-Content-Type-Options", "Cross-Origin-Resource-Policy")
FILES = ("text/css", "text/javascript")
NOT_KEPT = (("Cache-Control", "no-store"),)  # after a sign-out nothing is left for whoever presses Back


def init_app(app: Flask) -> None:
    app.after_request(_add)


def _add(response: Response) -> Response:
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


class Always:
    """WSGI middleware in front of everything: also what never reaches Flask, as Socket.IO, carries these headers."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            said = {name.lower(): value for name, value in headers}
            kept = "cache-control" in said
            is_file = _is_static(environ) and said.get("content-type", "").startswith(FILES)
            own = [header for header in always() if header[0] != REFERRER or REFERRER.lower() not in said]
            if is_file:
                own = [header for header in own if header[0] in OF_FILES]
            return start_response(status, [*headers, *own, *(() if kept else NOT_KEPT)], *error)

        answer: Iterable[bytes] = self._app(environ, start)
        return answer


def _is_static(environ: dict[str, Any]) -> bool:
    """Not a worker's script: to that the policy applies."""
    return str(environ.get("PATH_INFO", "")).startswith("/static/")


@lru_cache
def always() -> list[tuple[str, str]]:
    return [
        ("Content-Security-Policy", POLICY.format(scripts=" ".join(["'self'", *vendor.foreign_sources()]))),
        ("X-Content-Type-Options", "nosniff"),
        (REFERRER, "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", ", ".join(f"{name}=()" for name in UNUSED)),
    ]
