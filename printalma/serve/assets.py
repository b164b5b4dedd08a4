"""Static files: addressed by the hash of what is in them, so that a browser may keep them for ever."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

from printalma.config import ROOT

STATIC = ROOT / "static"
FOR_EVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(asset=asset)
    app.after_request(_cache_by_hash)


@lru_cache
def asset(name: str) -> str:
    """The address of static/<name>, which changes when the file does."""
    return f"/static/{name}?v={_digest(STATIC / name)}"


@lru_cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _cache_by_hash(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        name = (request.view_args or {}).get("filename", "")
        current = request.args.get("v") == _digest(STATIC / name)
        response.headers["Cache-Control"] = FOR_EVER if current else "no-cache"
    return response
