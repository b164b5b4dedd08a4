"""JSON Web Tokens (RFC 7519), HS256 only. A token names a sign-in; what it may do is read from the database
(guard.actor_of)."""

from datetime import datetime
from typing import Any

import jwt

from printalma.accounts.actor import Actor
from printalma.config import settings
from printalma.lib.clock import now

# What a script writes that has no token to send.
NOTHING = ("", "null", "undefined", "[object Object]")
MAX_VERIFIED = 2_000  # of our own tokens, some 500 bytes each; when it is full, they are verified anew

_verified: dict[tuple[str, tuple[str, ...]], tuple[str, str, int]] = {}  # by token and keys


def given(text: object) -> str | None:
    """The token in what a front end sends as one: bare, or as the header is written; None when it holds none."""
    token = text.strip() if isinstance(text, str) else ""
    while token[:7].lower() == "bearer ":
        token = token[7:].strip()
    return None if token in NOTHING or token.lower() == "bearer" else token


def bearer(header: str) -> str | None:
    """The token in an Authorization header (RFC 6750); None when there is none in it."""
    return given(header) if header[:7].lower() == "bearer " else None


def issue(actor: Actor, issued_at: datetime) -> str:
    """The token of the actor's sign-in, with the claims of the contract."""
    claims = {
        "sub": str(actor.id),
        "jti": actor.jti,
        "email": actor.email,
        "role": actor.role,
        "firstName": actor.first_name,
        "lastName": actor.last_name,
        "iat": issued_at,
        "exp": actor.expires_at,
    }
    return jwt.encode(claims, settings().jwt_secrets[0], algorithm="HS256")


def sign_in_of(token: str) -> tuple[str, str] | None:
    """The `jti` a token names and the user id it says; None when forged, expired, damaged or of another algorithm.

    When it was issued is not looked at: two machines' clocks differ, and the sign-in's row is the truth. A signature
    is verified once by each process: of what a token says, only whether it has expired can change.
    """
    signed = (token, settings().jwt_secrets)
    if signed not in _verified:
        claims = next(filter(None, (_claims(token, secret) for secret in settings().jwt_secrets)), None)
        if claims is None:
            return None
        if len(_verified) >= MAX_VERIFIED:
            _verified.clear()
        _verified[signed] = (str(claims["jti"]), str(claims["sub"]), int(claims["exp"]))
    jti, user_id, expires = _verified[signed]
    return (jti, user_id) if now().timestamp() < expires else None


def is_by_fallback(token: str | None) -> bool:
    """Whether a good token will be none once the fallback is taken away."""
    present, *others = settings().jwt_secrets
    return bool(others and token) and _claims(str(token), present) is None


def _claims(token: str, secret: str) -> dict[str, Any] | None:
    options: jwt.types.Options = {"require": ["sub", "jti", "exp"], "verify_iat": False}
    try:
        found: dict[str, Any] = jwt.decode(token, secret, algorithms=["HS256"], options=options)
    except (jwt.InvalidTokenError, ValueError, RecursionError):  # the last: a header of a thousand brackets
        return None
    return found
