"""Static files: addressed by the hash of what is in them, so that a browser may keep them for ever."""

import base64
import hashlib
import json
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

from printalma.config import ROOT

STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
CDN = "https://cdn.jsdelivr.net"
FOR_EVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(asset=asset, scripts=vendor_scripts)
    app.after_request(_cache_by_hash)


@lru_cache
def asset(name: str) -> str:
    """The address of static/<name>, which changes when the file does."""
    return f"/static/{name}?v={_digest(STATIC / name)}"


@lru_cache
def vendor_scripts() -> list[dict[str, str]]:
    """Source (and, off our own server, integrity) of the browser libraries, in the order they must load.

    `make setup` copies them to static/vendor/. A Python-only build has no npm and leaves it empty: there, pages take
    the same versions from a public CDN, with Subresource Integrity.
    """
    manifest = json.loads((STATIC / "package.json").read_text(encoding="utf-8"))
    scripts = []
    for path, integrity in manifest["printalma"]["scripts"].items():
        name = Path(path).name
        if (VENDOR / name).exists():
            scripts.append({"src": asset(f"vendor/{name}")})
        else:
            package, _, file = path.partition("/")
            version = manifest["dependencies"][package]
            scripts.append({"src": f"{CDN}/npm/{package}@{version}/{file}", "integrity": integrity})
    return scripts


def uses_cdn() -> bool:
    return any("integrity" in script for script in vendor_scripts())


def sri(file: Path) -> str:
    """The Subresource Integrity value of a file (W3C SRI)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()


@lru_cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _cache_by_hash(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        name = (request.view_args or {}).get("filename", "")
        current = request.args.get("v") == _digest(STATIC / name)
        response.headers["Cache-Control"] = FOR_EVER if current else "no-cache"
    return response
