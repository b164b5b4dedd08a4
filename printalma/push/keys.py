"""The shop's VAPID pair (RFC 8292): from the environment, else the one that the database was made with.

A device can be reached by no other key than the one it subscribed with: pairs that were there before stay good for the
devices that have not come by since.
"""

import base64
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from printalma.accounts import queries as accounts
from printalma.config import settings
from printalma.db import Connection, table, transaction
from printalma.push.models import PushKey

_keys = table(PushKey)


def _curves() -> Any:
    # Not above: a shop without devices has no use for its 7 MB.
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec


def private_keys(connection: Connection) -> tuple[str, ...]:
    """The private keys, base64url of their 32 bytes: the present one first."""
    kept = connection.execute(sa.select(_keys.c.private, _keys.c.previous)).one()
    return (*settings().push.private_keys, *filter(None, kept))


def public_keys(connection: Connection) -> list[str]:
    """The keys of devices that can be reached. With the first one browsers subscribe."""
    return [public_of(private) for private in private_keys(connection)]


@lru_cache
def public_of(private: str) -> str:
    """The public key to a private one, base64url of its 65 bytes: what browsers call the application server key."""
    number = int.from_bytes(from_base64url(private), "big")
    point = _curves().derive_private_key(number, _curves().SECP256R1()).public_key().public_numbers()
    return to_base64url(b"\x04" + point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big"))


def renew() -> str:
    """A new pair in the database; its public key. Every device has to subscribe again, which pages do by themselves;
    until then it is told by the pair before, which the next renewal forgets."""
    number = _curves().generate_private_key(_curves().SECP256R1()).private_numbers().private_value
    private = to_base64url(number.to_bytes(32, "big"))
    transaction(lambda tx: tx.execute(sa.update(_keys).values(private=private, previous=_keys.c.private)))
    return public_of(private)


def subject(connection: Connection) -> str:
    """Whom a vendor may write to about what this shop sends: VAPID_SUBJECT, else the first admin."""
    given = settings()
    if given.push.subject:
        return given.push.subject
    first = next((admin.email for admin in accounts.admins(connection)), "admin@printalma.local")
    return f"mailto:{given.admin_email or first}"


def is_point(raw: bytes) -> bool:
    """Whether a device's public key is one."""
    try:
        _curves().EllipticCurvePublicKey.from_encoded_point(_curves().SECP256R1(), raw)
    except ValueError:
        return False
    return True


def to_base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """The bytes that a text is. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
