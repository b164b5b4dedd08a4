"""/pictures: what is to be printed, for the team. Customers' files are attackers' input: a browser shows none but plain
pictures, and runs nothing."""

import re

from flask import Blueprint, Response, request, stream_with_context

from printalma.accounts.guard import access
from printalma.accounts.policy import ATELIER
from printalma.db import Row, reading
from printalma.lib.errors import NotFound
from printalma.lib.i18n import t
from printalma.pictures import queries
from printalma.pictures.models import Copy
from printalma.web.attachments import NO_DOCUMENT
from printalma.web.describe import File, describe

bp = Blueprint("pictures", __name__, url_prefix=queries.PATH)

HASH = re.compile(r"[0-9a-f]{64}")
DOWNLOAD = "application/octet-stream"
FOR_EVER = "private, max-age=31536000, immutable"  # under its hash there will be no other


@bp.get("/<string:name>")
@access(ATELIER)
@describe({200: File("image/*", DOWNLOAD)})
def picture(name: str) -> Response:
    with reading() as connection:
        found = queries.picture(connection, name) if HASH.fullmatch(name) else None
    if found is None:
        raise NotFound(t("pictures.unknown"))
    response = Response(stream_with_context(queries.pieces(name)), mimetype=found.kind or DOWNLOAD)
    response.content_length = found.size
    if found.kind is None:
        response.headers["Content-Disposition"] = f'attachment; filename="{name[:12]}"'
    return kept(response, name)


@bp.get("/<string:name>/<string:copy>")
@access(ATELIER)
@describe({200: File("image/webp")})
def copy(name: str, copy: str) -> Response:
    """One made small by us, of its two copies (Copy): what pages show."""
    with reading() as connection:
        found = queries.copy(connection, name, copy) if HASH.fullmatch(name) and copy in [*Copy] else None
    return drawn(found, f"{name}-{copy}")


def drawn(picture: Row | None, mark: str) -> Response:
    """Pixels that we have drawn, which `mark` names for a browser that has them. Raises NotFound for none."""
    if picture is None:
        raise NotFound(t("pictures.unknown"))
    return kept(Response(picture.data, mimetype=picture.kind), mark)


def kept(response: Response, mark: str) -> Response:
    """A picture that no browser asks for twice and none opens as a page: under its address there will be no other."""
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Security-Policy"] = NO_DOCUMENT
    response.set_etag(mark)
    response.make_conditional(request)
    return response
