"""/dashboard/bulk: what a list has, what is to be said before all of it moves, and one piece of it at a time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context

from printalma.accounts.actor import Actor
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import DASHBOARD
from printalma.bulk import selection
from printalma.config import settings
from printalma.db import reading
from printalma.delivery import queries as delivery
from printalma.delivery.models import Kind
from printalma.lib.clock import now, shop_day
from printalma.lib.errors import Invalid, NotFound, Refused
from printalma.lib.i18n import t
from printalma.lib.validation import whole
from printalma.orders import service
from printalma.orders.commands import MEANS, Answers, MoveMany, TakeBackMany, seen
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.models import Status
from printalma.orders.service import Outcome
from printalma.payments.commands import PayMany
from printalma.payments.service import pay_many
from printalma.shop import service as shop
from printalma.web.peer import let_others

bp = Blueprint("bulk", __name__, url_prefix="/dashboard/bulk")

PAY = "pay"
MAX_PIECE = 100  # orders
MOVES = tuple(status for status in Status if any(status in before.next for before in Status))


@bp.get("")
@access(DASHBOARD)
def selected() -> Response:
    """Every order of the list that the query asks for, whichever page of it (bulk.selection)."""
    zone = settings().shop_tz
    asked = OrderFilters.parse(request.args.to_dict(flat=False), signed_in_actor().sight)
    filters = asked.settled(shop_day(now(), zone))
    return Response(stream_with_context(selection.lines(filters, zone)), mimetype="text/plain")


@bp.get("/<act>")
@access(DASHBOARD)
def question(act: str) -> str:
    """What is to be said before all of it moves, is paid or is taken back. `n` says how many orders it will be."""
    n, status = whole(request.args.get("n")) or 0, next((each for each in MOVES if each == act), None)
    if status is None and act != PAY:
        raise NotFound(t("errors.404"))
    with reading() as connection:
        carriers = delivery.all_of(connection, Kind.CARRIER) if status == Status.SHIPPED else ()
    named = [carrier.name for carrier in carriers if carrier.active]
    told = {"act": act, "status": status, "n": n, "carriers": named, "reasons": shop.reasons(), "means": MEANS}
    return render_template("bulk/question.html", **told)


@bp.post("")
@access(DASHBOARD)
def piece() -> tuple[Mapping[str, Any], int]:
    """A piece of it: what became of each order. Sent again it changes nothing, and is answered the same."""
    actor, act = signed_in_actor(), _ACTS.get(request.form.get("act", ""))
    outcomes = []
    try:
        if act is None:
            raise Invalid(t("errors.invalid"))
        for text in request.form.getlist("order")[:MAX_PIECE]:
            outcomes += act([seen(text)], actor)
            let_others()  # hundreds of pieces follow each other
    except Refused as refused:
        return {"message": refused.errors[0].message if refused.errors else refused.message}, refused.status
    done = [outcome.seen for outcome in outcomes if outcome.problem is None]
    return {
        "done": done,
        "refused": [[o.order_id, o.number, o.problem] for o in outcomes if o.problem is not None],
    }, 200


Orders = Sequence[Mapping[str, int | None]]


def _move(orders: Orders, actor: Actor) -> list[Outcome]:
    command = MoveMany.parse({"status": request.form.get("status"), "orders": orders})
    said = {name: request.form.get(name, "") for name in ("reason", "notes", "carrier")}
    answers = Answers.parse(said | {"collected": request.form.get("collected") == "yes"})
    if command.status.is_lost and answers.reason is None:
        raise Invalid(t("asking.reason_needed"))
    return service.move_many(command, answers, actor)


def _pay(orders: Orders, actor: Actor) -> list[Outcome]:
    return pay_many(PayMany.parse({"orders": orders, "means": request.form.get("means", "CASH")}), actor)


def _back(orders: Orders, actor: Actor) -> list[Outcome]:
    return service.take_back_many(TakeBackMany.parse({"orders": orders}), actor)


_ACTS: Mapping[str, Callable[[Orders, Actor], list[Outcome]]] = {"move": _move, PAY: _pay, "back": _back}
