"""A picture for whoever shows a notification, where nobody is signed in: at an address that is signed, good for some
hours, and tells neither an order nor a customer. A log of requests has paths and no queries: it holds none of them.

Whoever is signed in has pictures of api.py, and what is printed from them of print_files/views.py.
"""

import hashlib

from flask import Blueprint, Response, request
from itsdangerous import BadSignature, TimestampSigner
from limits import RateLimitItemPerMinute

from printalma.accounts.guard import access
from printalma.accounts.policy import EVERYBODY
from printalma.config import settings
from printalma.db import reading
from printalma.lib.errors import NotFound
from printalma.lib.i18n import t
from printalma.pictures import queries
from printalma.pictures.api import drawn
from printalma.pictures.models import Copy
from printalma.web import rate_limits
from printalma.web.describe import File, describe
from printalma.web.routing import url_for

LASTS = 6 * 3600  # seconds: a phone that was off for longer shows the words alone
ASKED = RateLimitItemPerMinute(240)

bp = Blueprint("signed_pictures", __name__, url_prefix=queries.PATH)


def address(name: str) -> str:
    """Where the picture `name` is to be seen from now on."""
    return url_for("signed_pictures.picture", of=_signer().sign(name).decode())


@bp.get("/signed")
@access(EVERYBODY)
@describe({200: File("image/webp")}, errors=(404, 429))
def picture() -> Response:
    """`?of=` an address's word. The large copy: phones show it as wide as their screen, where a thumbnail is a blot."""
    rate_limits.check("pictures of notifications", ASKED)
    try:
        name = _signer().unsign(request.args.get("of", ""), max_age=LASTS).decode()
    except BadSignature:
        raise NotFound(t("pictures.unknown")) from None
    with reading() as connection:
        found = queries.copy(connection, name, Copy.VIEW)
    response = drawn(found, f"{name}-{Copy.VIEW}")
    response.headers["Cache-Control"] = f"private, max-age={LASTS}"
    return response


def _signer() -> TimestampSigner:
    keys = list(reversed(settings().secret_keys))  # it signs with the last
    return TimestampSigner(keys, salt="picture of a notification", digest_method=hashlib.sha256)
