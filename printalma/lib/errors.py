"""What can go wrong by a caller's doing. Services raise these; `web.errors` writes them as the contract says."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldError:
    field: str
    message: str


class Refused(Exception):
    """A request that is answered with `status` and changes nothing."""

    status = 400

    def __init__(self, message: str, *, errors: list[FieldError] | None = None, data: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.errors = errors or []
        self.data = data


class Invalid(Refused):
    status = 400


class Unauthorized(Refused):
    status = 401


class Forbidden(Refused):
    status = 403


class NotFound(Refused):
    status = 404


class Conflict(Refused):
    status = 409


class Unsupported(Refused):
    status = 415


class Unprocessable(Refused):
    status = 422


class TooMany(Refused):
    """Answered with 429 and `Retry-After: <retry_after>` (seconds)."""

    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
