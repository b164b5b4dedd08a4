"""ANSWER HTTP: what every request and answer has in common."""

from typing import TYPE_CHECKING

from printalma.config import Settings
from printalma.web.peer import STRANGERS, Strangers

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask", settings: Settings) -> None:
    # Not above: gunicorn's master has the class of its workers (worker.py), and nothing to serve.
    from printalma.web import assets, bodies, cors, errors, headers, pages, proxies, responses, routing, templating
    from printalma.web.page_session import PageSession

    app.jinja_environment = templating.Environment
    app.extensions[STRANGERS] = Strangers(settings.limits)
    app.ensure_sync = lambda view: view  # type: ignore[method-assign,assignment]  # none is async
    app.secret_key, *app.config["SECRET_KEY_FALLBACKS"] = settings.secret_keys
    app.session_interface = PageSession()
    # Forms too, and bodies that do not say how long they are. Such a body is cut there without a word: one byte over
    # the limit tells `bodies` that it was too long.
    app.config |= {"MAX_CONTENT_LENGTH": bodies.LIMIT + 1, "SESSION_COOKIE_SAMESITE": "Lax"}
    proxies.init_app(app)
    cors.init_app(app)
    responses.init_app(app)
    assets.init_app(app)
    errors.init_app(app)
    headers.init_app(app)
    templating.init_app(app)
    pages.init_app(app)
    routing.init_app(app)
    _compress(app)


def _compress(app: "Flask") -> None:
    from flask_compress import Compress

    # Brotli's fifth level makes a list of fifty a tenth smaller than gzip's, in as much time: half a millisecond more
    # than at its fourth, for a kilobyte. A window is memory.
    app.config |= {"COMPRESS_ALGORITHM": ["br", "gzip"], "COMPRESS_BR_LEVEL": 5, "COMPRESS_BR_WINDOW": 18}
    app.config |= {"COMPRESS_LEVEL": 5, "COMPRESS_MIN_SIZE": 2000}
    Compress(app)
