"""The cookie by which a device is known again that has signed in before (OWASP's "device cookie").

It opens nothing: it only has the device's own wrong passwords counted apart from everybody else's.
"""

import secrets

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from printalma.accounts.actor import Actor
from printalma.accounts.cookie import flags
from printalma.accounts.guess import KnownDevice
from printalma.config import settings

COOKIE = "device"
YEAR = 31_536_000  # seconds
MAX_USERS = 5  # of one device


def known_device() -> KnownDevice | None:
    """The device that sends this request, when somebody has signed in on it before."""
    try:
        found = _signer().loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return None
    return KnownDevice(str(found["id"]), tuple(found["users"]))


def remember_device(response: Response, actor: Actor) -> None:
    """The actor has signed in on this device."""
    before = known_device() or KnownDevice(secrets.token_hex(8), ())
    users = [actor.id, *(user for user in before.users if user != actor.id)][:MAX_USERS]
    response.set_cookie(COOKIE, str(_signer().dumps({"id": before.id, "users": users})), max_age=YEAR, **flags())


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(list(reversed(settings().secret_keys)), salt="known device")  # it signs with the last
