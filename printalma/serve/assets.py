"""Static files: addressed by the hash of what is in them, so that a browser may keep them for ever."""

import hashlib
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request

from printalma.config import ROOT

STATIC = ROOT / "static"
SERVED = (".css", ".js", ".svg", ".png")
NOT_SERVED = ("sw.js",)  # at the root, with what it is told (install.web)
FOR_EVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(asset=asset)
    app.after_request(_cache_by_hash)
    app.view_functions["static"] = partial(_serve, app.view_functions["static"])


@lru_cache
def asset(name: str) -> str:
    """The address of static/<name>, which changes when the file does."""
    return f"/static/{name}?v={_digest(STATIC / name)}"


def _serve(serve: Callable[..., Any], filename: str) -> Any:
    return serve(filename=filename) if _is_for_pages(filename) else abort(404)


def _is_for_pages(name: str) -> bool:
    """Not what npm needs, which lies beside it and tells what is installed here."""
    is_hidden = any(part.startswith(".") for part in Path(name).parts)
    return Path(name).suffix in SERVED and not is_hidden and name not in NOT_SERVED


@lru_cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _cache_by_hash(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        name = (request.view_args or {}).get("filename", "")
        current = request.args.get("v") == _digest(STATIC / name)
        response.headers["Cache-Control"] = FOR_EVER if current else "no-cache"
    return response
