"""What a provider's message makes of its order: each message once, and none before the provider has said it again."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from printalma import daily
from printalma.config import settings
from printalma.db import Connection, reading, table, transactional, upsert
from printalma.lib import money
from printalma.lib.clock import now
from printalma.lib.i18n import t
from printalma.lib.rare import RARE
from printalma.orders import changing, paying, payments, queries
from printalma.orders.models import Order, Status
from printalma.orders.payments import PaymentState
from printalma.orders.queries import OrderRow
from printalma.payments.doors.messages import Later, Message, Outcome, Word, minor
from printalma.payments.doors.models import KEPT_FOR, PaymentMessage

logger = logging.getLogger(__name__)

_messages, _orders = table(PaymentMessage), table(Order)
_KNOWN = sa.select(_messages.c.id).where(
    *(_messages.c[name] == sa.bindparam(name) for name in ("provider", "token", "outcome"))
)
# Not by `save`: that a payment has a name makes no colleague's change a conflict.
_NAME_PAYMENT = (
    sa.update(_orders).where(_orders.c.id == sa.bindparam("order")).values(transaction_id=sa.bindparam("token"))
)
_KEEP = upsert(_messages).on_conflict_do_nothing(index_elements=["provider", "token", "outcome"])


class State(StrEnum):
    """What came of a message. LATE: paid, for an order that had ended. AGAIN: more than was due. DIFFERS: another
    amount, currency or order than ours. These three and a TRIAL the team has to know of."""

    PAID = "paid"
    FAILED = "failed"
    LATE = "late"
    AGAIN = "again"
    DIFFERS = "differs"
    TRIAL = "trial"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Provider:
    """Who says so in an order's history: nobody with an account."""

    name: str
    id: None = None


def take(message: Message, confirm: Callable[[], Word]) -> None:
    """Do what a message says, whose signature is good, if the provider says the same when it is asked. What was done
    before is not done again. Raises Later when it shall be sent again."""
    if message.outcome is Outcome.PENDING:
        return
    with reading() as connection:
        if connection.execute(_KNOWN, _name(message)).first():
            return
        # Of JSON any text may come, also one that no database takes.
        order = queries.by_number(connection, message.number) if message.number.isalnum() else None
    if order is None:
        raise Later(t("doors.unknown"))
    word = None if message.outcome is Outcome.TRIAL else _word(message, confirm)
    _settle(order.id, message, word)


def forget_old(tx: Connection) -> int:
    return daily.delete(tx, _messages, _messages.c.received_at < now() - KEPT_FOR)


def _word(message: Message, confirm: Callable[[], Word]) -> Word:
    word = confirm()
    is_whole = message.signed or None not in (word.amount, word.number)
    if word.outcome is message.outcome and is_whole:
        return word
    said = message.provider, message.outcome, word.outcome, "" if is_whole else ", without amount or number"
    logger.warning("%s reported a payment as %s and says it is %s%s: it shall report it again", *said, extra=RARE)
    raise Later(t("doors.not_confirmed"))


@transactional
def _settle(tx: Connection, order_id: int, message: Message, word: Word | None) -> None:
    order = queries.by_id_for_update(tx, order_id)
    assert order is not None, "an order is never deleted"
    state = _state(order, message, word)
    values = _name(message) | {"state": state.value, "order_id": order.id, "received_at": now()}
    kept = tx.execute(_KEEP, values | {"body": json.dumps(dict(message.body))})
    if kept.rowcount:
        _act(tx, order, message, state)


def _state(order: OrderRow, message: Message, word: Word | None) -> State:
    if word is None:
        return State.TRIAL
    if message.outcome is Outcome.FAILED:
        is_open = order.payment_status == PaymentState.PENDING and word.number in (None, order.number)
        return State.FAILED if is_open else State.NOTHING
    if not _agree(order, message, word):
        return State.DIFFERS
    if Status(order.status).is_lost:
        return State.LATE
    return State.PAID if payments.rest(order) == order.total else State.AGAIN


def _agree(order: OrderRow, message: Message, word: Word) -> bool:
    """Whether message and answer say what the order says: its number, its total, the shop's currency."""
    currency = settings().shop_currency
    amounts = {minor(said, currency) for said in (message.amount, word.amount) if said is not None}
    currencies = {message.currency, word.currency or currency}
    return amounts == {order.total} and currencies == {currency} and word.number in (None, order.number)


def _act(tx: Connection, order: OrderRow, message: Message, state: State) -> None:
    provider = Provider(t(f"payments.{message.provider}"))
    details, said = queries.details(tx, [order])[0], (message.provider, provider, message.token)
    if state in (State.PAID, State.LATE):
        tx.execute(_NAME_PAYMENT, {"order": order.id, "token": message.token})
    if state is State.PAID:
        paying.receive(tx, details, order.total, *said)
    elif state is State.LATE:
        paying.receive_late(tx, details, order.total, *said)
    elif state is State.FAILED:
        paying.fail(tx, details, *said)
    elif state is not State.NOTHING:
        amount = _shown(message, settings().shop_currency)
        text = t(f"doors.{state}", amount=amount, token=message.token)
        changing.note(tx, order.id, text, provider.name, None)


def _shown(message: Message, currency: str) -> str:
    """The amount that came, which need be no amount of ours."""
    known = minor(message.amount, currency) if message.currency == currency else None
    return f"{message.amount[:20]} {message.currency[:3]}" if known is None else money.shown(known, currency)


def _name(message: Message) -> dict[str, str]:
    return {"provider": message.provider, "token": message.token, "outcome": message.outcome.value}
