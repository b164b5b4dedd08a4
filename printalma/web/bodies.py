"""The JSON body of a request: an object of at most 1 MB, or a clear refusal (docs/contract.md, "Conventions")."""

import hashlib
import json
from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from printalma.lib.errors import Invalid, Unsupported
from printalma.lib.i18n import t

LIMIT = 1_000_000


def json_object() -> dict[str, Any]:
    """The request's JSON object. Raises 413 over 1 MB, 415 for another media type, Invalid for anything else."""
    if (request.content_length or 0) > LIMIT:
        raise RequestEntityTooLarge  # also for another media type, whose body nobody reads
    raw = request.get_data()
    if len(raw) > LIMIT:
        raise RequestEntityTooLarge
    return parsed(raw)


def parsed(raw: bytes) -> dict[str, Any]:
    """The object that the request's body is. Raises Unsupported and 415 for what the request calls it, Invalid for
    anything that is no such object."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Unsupported(t("errors.encoded"))
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        found = json.loads(raw, parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise Invalid(t("errors.malformed_json")) from None
    if not isinstance(found, dict):
        raise Invalid(t("errors.not_an_object"))
    return found


def fingerprint(body: dict[str, Any]) -> str:
    """A hash by which the same body is recognised, however its fields are ordered and spaced."""
    try:
        return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    except RecursionError:  # writing may go less deep than reading did
        raise Invalid(t("errors.malformed_json")) from None


def _not_json(constant: str) -> None:
    raise ValueError(f"{constant} is Python's, not JSON's (RFC 8259)")
