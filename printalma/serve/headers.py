"""What every answer carries: the content security policy, its relatives, and a word for caches."""

from functools import lru_cache

from flask import Flask, Response, request

from printalma.serve import vendor

POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def init_app(app: Flask) -> None:
    app.after_request(_add)


def _add(response: Response) -> Response:
    headers = response.headers
    headers.extend(_always())
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    headers.setdefault("Cache-Control", "no-store")  # after a sign-out nothing is left for whoever presses Back
    return response


@lru_cache
def _always() -> list[tuple[str, str]]:
    return [
        ("Content-Security-Policy", POLICY.format(scripts=" ".join(["'self'", *vendor.foreign_sources()]))),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
