"""What a checkout says of a payment. Anybody may say it of any order, so it is a note for the team, who look at the
provider's own account: a state comes from them, or from the provider."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NotRequired

from typing_extensions import TypedDict

from printalma.db import Connection, transactional
from printalma.lib.errors import FieldError, Invalid, NotFound
from printalma.lib.i18n import t
from printalma.lib.lenient import as_line
from printalma.lib.letters import cut
from printalma.orders import changing, history, queries

MAX_CLAIMS = 3  # of one order: whoever says more says nothing new
MAX_STATE, MAX_TOKEN, MAX_REASON = 20, 100, 200  # characters
_NOTED = {"PAID": "orders.claims.paid", "FAILED": "orders.claims.failed"}


class ClaimBody(TypedDict):
    payment_status: str
    transaction_id: NotRequired[str | None]
    payment_failure_reason: NotRequired[str | None]


@dataclass(frozen=True)
class PaymentClaim:
    """`state` in capitals, whatever it is; `token` is the provider's name of the payment."""

    state: str
    token: str | None
    reason: str | None

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "PaymentClaim":
        """What a body says. Raises Invalid where it names no state."""
        state = as_line(fields.get("payment_status"))
        if state is None:
            sentence = t("orders.claims.no_state")
            raise Invalid(sentence, errors=[FieldError("payment_status", sentence)])
        token, reason = (as_line(fields.get(name)) for name in ("transaction_id", "payment_failure_reason"))
        return cls(cut(state.upper(), MAX_STATE), token and cut(token, MAX_TOKEN), reason and cut(reason, MAX_REASON))


@transactional
def note(tx: Connection, order_id: int, claim: PaymentClaim) -> None:
    """Tell the team what a checkout says of an order's payment, each thing once. Raises NotFound."""
    order = queries.by_id_for_update(tx, order_id)
    if order is None:
        raise NotFound(t("orders.unknown_id", id=order_id))
    if claim.state not in _NOTED:
        return
    text = " · ".join(part for part in (t(_NOTED[claim.state]), claim.token, claim.reason) if part)
    said = [note.text for note in history.notes(tx, order_id) if note.author == t("orders.claims.by")]
    if text not in said and len(said) < MAX_CLAIMS:
        changing.note(tx, order_id, text, t("orders.claims.by"), None)
