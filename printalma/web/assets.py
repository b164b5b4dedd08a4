"""Static files: addressed by the hash of what is in them, so that a browser may keep them for ever."""

import gzip
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import Any

import brotli
from flask import Flask, Response, abort, request
from werkzeug.security import safe_join

from printalma.config import ROOT

STATIC = ROOT / "static"
# Scripts that a page needs together are one file to it: the headers of ten answers are as long as two scripts. They run
# in this order.
BUNDLES = {
    "dashboard.js": ("dom", "back", "press", "steady", "live", "forms", "drafts", "bell", "notice", "sound", "push"),
    "workshop.js": ("dom", "back", "press", "steady", "live", "forms", "drafts", "notice", "push", "atelier"),
    "orders.js": ("list", "rows", "names", "waits", "tabs", "holders", "whole"),
    "sign-in.js": ("dom", "forms"),
}
PACKED = {".css": "text/css", ".js": "text/javascript"}
SERVED = (*PACKED, ".svg", ".png")
# How a browser may have them, the smallest first: it names Brotli on a line that nobody on the way can read.
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, mode=brotli.MODE_TEXT, quality=11),
    "gzip": partial(gzip.compress, compresslevel=9, mtime=0),
}
NOT_SERVED = ("sw.js",)  # at the root, with what it is told (pwa.views)
_UNREAD = re.compile(rb"^ *//.*\n|^ */\*[^*]*\*/\n|^ +", re.MULTILINE)  # comments and indentation
FOR_EVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(asset=asset)
    app.after_request(_cache_by_hash)
    app.view_functions["static"] = partial(_serve, app.view_functions["static"])


@lru_cache
def asset(name: str) -> str:
    """The address of static/<name>, which changes when the file does."""
    return f"/static/{name}?v={_digest(name)}"


def _serve(serve: Callable[..., Any], filename: str) -> Any:
    if not _is_for_pages(filename):
        abort(404)
    path = safe_join(str(STATIC), filename)
    is_text = PurePosixPath(filename).suffix in PACKED and (filename in BUNDLES or (path and Path(path).is_file()))
    return _packed(filename) if is_text else serve(filename=filename)


def _is_for_pages(name: str) -> bool:
    """Not what npm needs, which lies beside it and tells what is installed here."""
    is_hidden = any(part.startswith(".") for part in Path(name).parts)
    return Path(name).suffix in SERVED and not is_hidden and name not in NOT_SERVED


def _packed(name: str) -> Response:
    """A script or a style, packed once and as small as can be, not in each answer again and piece by piece."""
    encoding = next((each for each in PACKERS if request.accept_encodings[each] > 0), None)
    content = _content_in(encoding, name) if encoding else _content(name)
    response = Response(content, mimetype=PACKED[PurePosixPath(name).suffix])
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.vary.add("Accept-Encoding")
    response.add_etag()
    response.make_conditional(request)
    return response


@lru_cache
def _content(name: str) -> bytes:
    files = [f"{part}.js" for part in BUNDLES[name]] if name in BUNDLES else [name]
    content = b"".join((STATIC / file).read_bytes() for file in files)
    return _UNREAD.sub(b"", content) if PurePosixPath(name).suffix in PACKED else content


@lru_cache
def _content_in(encoding: str, name: str) -> bytes:
    return PACKERS[encoding](_content(name))


@lru_cache
def _digest(name: str) -> str:
    return hashlib.sha256(_content(name)).hexdigest()[:12]


def _cache_by_hash(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        name = (request.view_args or {}).get("filename", "")
        current = request.args.get("v") == _digest(name)
        response.headers["Cache-Control"] = FOR_EVER if current else "no-cache"
    return response
