"""What makes the dashboard an app that can be installed."""

from typing import Any

from flask import Blueprint, Response, json, jsonify, render_template, send_from_directory

from printalma.accounts.guard import access
from printalma.accounts.policy import EVERYBODY
from printalma.config import settings
from printalma.lib.i18n import LANGUAGE, t
from printalma.web.assets import STATIC, asset
from printalma.web.routing import url_for

ACCENT, PAPER = "#0d6b60", "#f5f6f5"
ICONS = (
    ("icon.svg", "any", "image/svg+xml", "any"),
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("icon-maskable.png", "512x512", "image/png", "maskable"),
)
SHORTCUTS = (("ui.nav.orders", "orders_list.orders"), ("ui.bell.title", "bell.notifications"))

bp = Blueprint("pwa", __name__)


@bp.get("/manifest.webmanifest")
@access(EVERYBODY)
def manifest() -> Response:
    """W3C Web Application Manifest."""
    name = settings().shop_name
    response = jsonify(
        {
            "id": url_for("orders_list.orders"),
            "name": name,
            "short_name": name,
            "description": t("ui.login.lead"),
            "lang": LANGUAGE,
            "start_url": url_for("orders_list.orders"),
            "scope": "/",
            "display": "standalone",
            "theme_color": ACCENT,
            "background_color": PAPER,
            "icons": [_icon(*icon) for icon in ICONS],
            "shortcuts": [{"name": t(key), "url": url_for(view)} for key, view in SHORTCUTS],
        }
    )
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/favicon.ico")
@access(EVERYBODY)
def favicon() -> Response:
    """Where browsers look for the picture of a page that names none: a JSON answer, a front end in development."""
    return send_from_directory(STATIC, "icon-192.png", max_age=86_400)


@bp.get("/sw.js")
@access(EVERYBODY)
def worker() -> Response:
    """The service worker, at the root so that every page is in its scope, and not kept by browsers: what it is told
    changes with the files it keeps, and a browser installs it anew when a byte of it has changed."""
    told = {
        "offline": url_for("pwa.offline"),
        "home": url_for("orders_list.orders"),
        "count": url_for("bell.count"),
        "key": url_for("push.public_key"),
        "subscriptions": url_for("push.subscribe"),
        "kept": [asset("app.css"), asset("away.js"), asset("icon.svg")],
        "icon": asset("icon-192.png"),
        "badge": asset("icon-badge.png"),
        "lang": LANGUAGE,
        "title": settings().shop_name,
        "body": t("ui.push.garbled"),
    }
    source = (STATIC / "sw.js").read_text(encoding="utf-8")
    response = Response(f"const TOLD = {json.dumps(told)};\n{source}", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/offline")
@access(EVERYBODY)
def offline() -> str:
    return render_template("pwa/offline.html")


def _icon(name: str, sizes: str, kind: str, purpose: str) -> dict[str, Any]:
    return {"src": asset(name), "sizes": sizes, "type": kind, "purpose": purpose}
