"""A move that asks something: where the dashboard's form does not say it yet, the answer is the question.

Every door of moves asks alike: a row's button, the menu, ticked rows, the order's page, with JavaScript (a dialog) or
without (a page). The form that comes back says all that the first one said, and the answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from werkzeug.datastructures import MultiDict

from printalma.accounts.policy import Sight
from printalma.db import Connection
from printalma.delivery import queries as delivery
from printalma.delivery.models import Kind
from printalma.lib.errors import FieldError, Invalid
from printalma.lib.i18n import t
from printalma.orders import marks, payments, queries, steps
from printalma.orders.commands import Answers
from printalma.orders.models import Status
from printalma.orders.queries import OrderRow
from printalma.orders.steps import Ask
from printalma.shop import service as shop
from printalma.web.pages import draw_form, drawing, is_fragment

ASKED = "asked"  # the field that says which move somebody was asked about
AGAIN = ("step", "order", "status", "version", "list")  # what the first form said


@dataclass(frozen=True)
class Question:
    """What is asked of `orders`, all that the move would change; `carrier` is theirs if they have the same one."""

    kind: Ask
    status: Status
    orders: Sequence[OrderRow]
    carriers: Sequence[str] = ()

    @property
    def due(self) -> Sequence[OrderRow]:
        """The orders of which something is to be paid at the door."""
        return [order for order in self.orders if steps.is_paid_at_door(order)]

    @property
    def sum(self) -> int:
        return sum(map(payments.rest, self.due))

    @property
    def carrier(self) -> str:
        named = {order.carrier or "" for order in self.orders}
        return named.pop() if len(named) == 1 else ""


class Unanswered(Invalid):
    """A move that asks, and the form does not say what; `problem` is what is wrong with what it says."""

    def __init__(self, question: Question, problem: Invalid | None) -> None:
        super().__init__((problem or Invalid(t(f"asking.{question.kind}"))).message)
        self.question, self.problem = question, problem


def answers(form: MultiDict[str, str], status: Status, orders: Mapping[int, int | None], sight: Sight) -> Answers:
    """What a form says with a move of `orders`, each as it was seen, by its version. Raises Unanswered when there is
    something to ask; Invalid."""
    with drawing() as connection:
        question = _question(connection, status, orders, sight)
    if question is None:
        return Answers.parse({"notes": form.get("notes", "")})
    if form.get(ASKED) != status:
        raise Unanswered(question, None)
    try:
        return _read(form, question)
    except Invalid as invalid:
        raise Unanswered(question, invalid) from None


def drawn(unanswered: Unanswered, action: str, back: str) -> Response:
    """The question, for a form that goes to `action`; whoever does not answer goes `back`."""
    question, problem = unanswered.question, unanswered.problem
    kept = [(name, value) for name in AGAIN for value in request.form.getlist(name)]
    shown: dict[str, Any] = {"question": question, "action": action, "back": back, "kept": kept}
    fields: Mapping[str, Any] = {"carrier": question.carrier} | request.form.to_dict()
    shown["reasons"] = _offered(fields.get("reason")) if question.kind == Ask.REASON else ()
    shown["is_dialog"] = is_fragment()
    if not is_fragment():
        return Response(draw_form("dashboard/question.html", fields, problem, **shown), unanswered.status)
    # A dialog that opens is no failure: browsers would count it as one.
    status = unanswered.status if problem else 200
    return Response(draw_form("dashboard/_question_fragment.html", fields, problem, **shown), status)


def _question(
    connection: Connection, status: Status, versions: Mapping[int, int | None], sight: Sight
) -> Question | None:
    """What is to be asked; of orders that cannot move nothing is: the move says why."""
    found = [
        order
        for order in queries.rows(connection, list(versions))
        if versions[order.id] in (None, order.version) and sight.includes(order)
        if status in marks.transitions(Status(order.status), order.marks)
    ]
    kind = next((ask for order in found if (ask := steps.asks(order, status))), None)
    if kind is None:
        return None
    named = delivery.all_of(connection, Kind.CARRIER) if kind == Ask.PARCEL else ()
    return Question(kind, status, found, [carrier.name for carrier in named if carrier.active])


def _read(form: MultiDict[str, str], question: Question) -> Answers:
    names = ["reason", "notes", "carrier"]
    if len(question.orders) == 1:
        names.append("trackingNumber")  # each parcel has its own
    said = Answers.parse({name: form.get(name, "") for name in names} | {"collected": form.get("collected") == "yes"})
    if question.kind == Ask.REASON and said.reason is None:
        sentence = t("asking.reason_needed")
        raise Invalid(sentence, errors=[FieldError("reason", sentence)])
    return said


def _offered(chosen: str | None) -> Sequence[str]:
    """The shop's reasons, and the one that was chosen while it was still one."""
    offered = shop.reasons()
    return offered if not chosen or chosen in offered else [*offered, chosen]
