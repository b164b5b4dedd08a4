"""Answers that are files to be kept, whatever is in them: no browser opens one on our pages."""

from urllib.parse import quote

from flask import Response

NO_DOCUMENT = "default-src 'none'; sandbox"
FILE = "application/octet-stream"


def attach(response: Response, name: str) -> Response:
    """Have it saved as `name` (RFC 6266); old browsers, which read no UTF-8 there, take what of it is ASCII."""
    plain = "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\%' else "_" for sign in name)
    whole = f"; filename*=UTF-8''{quote(name, safe='')}" if plain != name else ""
    response.headers["Content-Disposition"] = f'attachment; filename="{plain}"{whole}'
    response.headers["Content-Security-Policy"] = NO_DOCUMENT
    return response
