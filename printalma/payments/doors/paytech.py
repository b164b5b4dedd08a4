"""PayTech: a form, signed over amount and order. The signature covers neither token nor event, so PayTech is asked."""

import hashlib
import hmac
from typing import Any
from urllib.parse import quote

from printalma.lib.errors import Forbidden
from printalma.lib.gateways import PayTech
from printalma.lib.i18n import t
from printalma.payments.doors.asking import ask
from printalma.payments.doors.messages import Message, Outcome, Word, form, is_right, text, token

PROVIDER = "PAYTECH"
_PROOFS = ("api_key_sha256", "api_secret_sha256", "hmac_compute")
_EVENTS = {"sale_complete": Outcome.PAID, "sale_canceled": Outcome.FAILED}
# Of an answer, which no description of theirs shows: what its fields say, and never that asking succeeded.
_STATES = _EVENTS | {
    "completed": Outcome.PAID,
    **dict.fromkeys(("canceled", "cancelled", "failed"), Outcome.FAILED),
}


def read(keys: PayTech) -> Message:
    """The message that this request is. Raises Forbidden for a bad signature, Invalid."""
    fields = form()
    amount = _signed_amount(fields, keys) if fields.get("hmac_compute") else _shown_amount(fields, keys)
    outcome = _EVENTS.get(fields.get("type_event", ""), Outcome.PENDING)
    is_trial = outcome is Outcome.PAID and fields.get("env", "prod") != "prod"
    return Message(
        PROVIDER,
        token=token(fields.get("token")),
        number=fields.get("ref_command", ""),
        amount=amount,
        currency=fields.get("currency", "XOF"),
        outcome=Outcome.TRIAL if is_trial else outcome,
        signed=bool(fields.get("hmac_compute")),
        body={name: said for name, said in fields.items() if name not in _PROOFS},
    )


def confirm(keys: PayTech, message: Message) -> Word:
    """What PayTech says of that payment. Raises Later."""
    url = f"{keys.url}/payment/get-status?token_payment={quote(message.token, safe='')}"
    found = ask("PayTech", "GET", url, {"API_KEY": keys.api_key, "API_SECRET": keys.api_secret})
    state = _of(found, "type_event") or _of(found, "status") or ""
    return Word(
        _STATES.get(state.lower(), Outcome.PENDING),
        amount=_of(found, "item_price"),
        currency=_of(found, "currency"),
        number=_of(found, "ref_command"),
    )


def _signed_amount(fields: dict[str, str], keys: PayTech) -> str:
    """The amount that the signature is of; with a discount some are of the final one."""
    said, reference = fields["hmac_compute"], fields.get("ref_command", "")
    for name in ("item_price", "final_item_price"):
        signed = f"{fields.get(name, '')}|{reference}|{keys.api_key}"
        if is_right(said, hmac.new(keys.api_secret.encode(), signed.encode(), hashlib.sha256).hexdigest()):
            return fields.get(name, "")
    raise Forbidden(t("doors.bad_signature"))


def _shown_amount(fields: dict[str, str], keys: PayTech) -> str:
    """The amount of a message that only shows that its sender knows both keys."""
    for name, key in (("api_key_sha256", keys.api_key), ("api_secret_sha256", keys.api_secret)):
        if not is_right(fields.get(name, ""), hashlib.sha256(key.encode()).hexdigest()):
            raise Forbidden(t("doors.bad_signature"))
    return fields.get("item_price", "")


def _of(found: dict[str, Any], name: str) -> str | None:
    """A field of an answer, or of the payment within it."""
    parts = (found, found.get("payment"), found.get("data"))
    return next((said for part in parts if isinstance(part, dict) and (said := text(part.get(name)))), None)
