"""PayDunya: a form as PHP names fields. Its hash only shows that the sender knows one of our key: what counts is what
PayDunya answers."""

import hashlib
from urllib.parse import quote

from printalma.lib.errors import Forbidden
from printalma.lib.gateways import PayDunya
from printalma.lib.i18n import t
from printalma.payments.doors.asking import ask
from printalma.payments.doors.messages import Message, Outcome, Word, form, is_right, text, token, within

PROVIDER = "PAYDUNYA"
CURRENCY = "XOF"  # it knows no other, and names none
_FOUND = "00"  # as `response_code`: that there is such an invoice, paid or not
_STATES = {"completed": Outcome.PAID, "cancelled": Outcome.FAILED, "failed": Outcome.FAILED}


def read(keys: PayDunya) -> Message:
    """The message that this request is. Raises Forbidden for a bad hash, Invalid."""
    fields = form()
    right = hashlib.sha512(keys.master_key.encode()).hexdigest()
    if not is_right(fields.get("data[hash]", ""), right):
        raise Forbidden(t("doors.bad_signature"))
    return Message(
        PROVIDER,
        token=token(fields.get("data[invoice][token]")),
        number=fields.get("data[custom_data][orderNumber]", ""),
        amount=fields.get("data[invoice][total_amount]", ""),
        currency=CURRENCY,
        outcome=_STATES.get(fields.get("data[status]", ""), Outcome.PENDING),
        signed=False,
        body={name: said for name, said in fields.items() if name != "data[hash]"},
    )


def confirm(keys: PayDunya, message: Message) -> Word:
    """What PayDunya says of that invoice. Raises Later."""
    headers = {
        "PAYDUNYA-MASTER-KEY": keys.master_key,
        "PAYDUNYA-PRIVATE-KEY": keys.private_key,
        "PAYDUNYA-TOKEN": keys.token,
    }
    url = f"{keys.url}/checkout-invoice/confirm/{quote(message.token, safe='')}"
    found = ask("PayDunya", "GET", url, headers)
    state = text(found.get("status")) if found.get("response_code") == _FOUND else None
    return Word(
        _STATES.get(state or "", Outcome.PENDING),
        amount=text(within(found, "invoice", "total_amount")),
        currency=CURRENCY,
        number=text(within(found, "custom_data", "orderNumber")),
    )
