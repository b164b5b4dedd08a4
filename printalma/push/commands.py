"""What browsers say of themselves, and what their owners want to hear of."""

import re
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from printalma.lib.validation import Command, Line, Says
from printalma.push.keys import from_base64url, is_point, to_base64url

MAX_ENDPOINT = 2000
AUTH_BYTES = 16
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def _point(value: str) -> str:
    """A public key as we keep it: a point of P-256, base64url (RFC 8291, 3.1)."""
    try:
        raw = from_base64url(value.rstrip("="))
    except ValueError:
        raw = b""
    if not is_point(raw):
        raise PydanticCustomError("push_key", "not a point of P-256")
    if len(raw) != 65:
        raise PydanticCustomError("push_key", "not an uncompressed point")
    return to_base64url(raw)


def _secret(value: str) -> str:
    try:
        raw = from_base64url(value.rstrip("="))
    except ValueError:
        raw = b""
    if len(raw) != AUTH_BYTES:
        raise PydanticCustomError("push_key", "not 16 bytes")
    return to_base64url(raw)


def _time(value: str) -> str:
    if not _TIME.fullmatch(value):
        raise PydanticCustomError("time", "not HH:MM")
    return value


BASE64URL = {"pattern": "^[A-Za-z0-9_-]+=*$"}
Endpoint = Annotated[Line, Field(min_length=1, max_length=MAX_ENDPOINT)]
Time = Annotated[str, AfterValidator(_time)] | None


class Keys(Command):
    p256dh: Annotated[str, Field(max_length=100), AfterValidator(_point), Says(BASE64URL)]
    auth: Annotated[str, Field(max_length=40), AfterValidator(_secret), Says(BASE64URL)]


class Subscribe(Command):
    """A browser's `PushSubscription` as JSON. `replaces` is the endpoint that the same browser had before."""

    endpoint: Endpoint
    keys: Keys
    replaces: Endpoint | None = None


class Unsubscribe(Command):
    endpoint: Endpoint


class SavePreferences(Command):
    """Quiet hours are two times of the shop's day, or none; they may go over midnight."""

    new: bool = False
    status: bool = False
    cancelled: bool = False
    quiet_from: Time = None
    quiet_to: Time = None
    not_while_looking: bool = False

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_to is None) or (
            self.quiet_from is not None and self.quiet_from == self.quiet_to
        ):
            raise PydanticCustomError("quiet_hours", "two different times, or none")
        return self

    def columns(self) -> dict[str, Any]:
        """The row that keeps them."""
        quiet = {"quiet_from": minutes(self.quiet_from), "quiet_to": minutes(self.quiet_to)}
        return self.model_dump() | quiet


def minutes(time: str | None) -> int | None:
    """The minute of the day that "HH:MM" is."""
    return None if time is None else int(time[:2]) * 60 + int(time[3:])
