"""Orange Money (Sonatel): JSON, signed byte for byte with the moment of signing."""

import hashlib
import hmac
import re
from typing import Any
from urllib.parse import quote

from flask import request

from printalma.lib.clock import now
from printalma.lib.errors import Forbidden
from printalma.lib.gateways import OrangeMoney
from printalma.lib.i18n import t
from printalma.payments.doors.asking import ask
from printalma.payments.doors.messages import Later, Message, Outcome, Word, is_right, raw, text, token, within
from printalma.web.bodies import parsed

PROVIDER = "ORANGE_MONEY"
MAX_AGE = 300  # seconds between signing and now, either way
MAX_SIGNATURES = 5  # while they change the secret there are two
_STATES = {"SUCCESS": Outcome.PAID, **dict.fromkeys(("CANCELLED", "FAILED", "REJECTED"), Outcome.FAILED)}
_MOMENT = re.compile(r"[0-9]{1,12}")


def read(keys: OrangeMoney) -> Message:
    """The message that this request is. Raises Forbidden for a bad or an old signature, Invalid."""
    body = raw()
    _check(request.headers.get("X-Sonatel-Signature", ""), body, keys.callback_secret)
    found = parsed(body)
    return Message(
        PROVIDER,
        token=token(found.get("transactionId")),
        number=_number(found) or text(found.get("reference")) or "",
        amount=text(within(found, "amount", "value")) or "",
        currency=text(within(found, "amount", "unit")) or "",
        outcome=_STATES.get(text(found.get("status")) or "", Outcome.PENDING),
        signed=True,
        body=found,
    )


def confirm(keys: OrangeMoney, message: Message) -> Word:
    """What Orange says of that transaction: its state, and rarely more. Raises Later."""
    who = {"grant_type": "client_credentials", "client_id": keys.client_id, "client_secret": keys.client_secret}
    bearer = text(ask("Orange Money", "POST", f"{keys.url}/oauth/v1/token", {}, who).get("access_token"))
    if bearer is None or not re.fullmatch(r"[\x21-\x7e]+", bearer):
        raise Later(t("doors.unreachable", provider="Orange Money"))
    url = f"{keys.url}/api/eWallet/v1/transactions/{quote(message.token, safe='')}/status"
    found = ask("Orange Money", "GET", url, {"Authorization": f"Bearer {bearer}"})
    return Word(
        _STATES.get(text(found.get("status")) or "", Outcome.PENDING),
        amount=text(within(found, "amount", "value")) or text(found.get("amount")),
        currency=text(within(found, "amount", "unit")),
        number=_number(found),
    )


def _check(header: str, body: bytes, secret: str) -> None:
    """`t=<seconds>,v1=<hex>[,v1=<hex>]`, of "<t>,<the body's bytes>"."""
    parts = [part.strip().partition("=") for part in header.split(",")[: MAX_SIGNATURES + 1]]
    moments = [value for name, _, value in parts if name == "t" and _MOMENT.fullmatch(value)]
    if len(moments) != 1 or abs(now().timestamp() - int(moments[0])) > MAX_AGE:
        raise Forbidden(t("doors.bad_signature"))
    right = hmac.new(secret.encode(), moments[0].encode() + b"," + body, hashlib.sha256).hexdigest()
    if not any(is_right(value, right) for name, _, value in parts if name == "v1"):
        raise Forbidden(t("doors.bad_signature"))


def _number(found: dict[str, Any]) -> str | None:
    return text(within(found, "metadata", "orderNumber"))
