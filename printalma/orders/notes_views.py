"""The form by which the team notes something on an order."""

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.forms import keyed
from printalma.accounts.guard import ADMIN, access, signed_in_actor
from printalma.lib.errors import Invalid
from printalma.lib.i18n import t
from printalma.orders import notes
from printalma.orders.commands import AddNote
from printalma.orders.detail_page import OrderPage, came_from
from printalma.orders.order_answer import answered

bp = Blueprint("notes", __name__)


@bp.post("/dashboard/orders/<int:order_id>/notes")
@access(ADMIN)
@keyed()
def add(order_id: int) -> AnyResponse:
    """Add a note, in whatever status the order is."""
    problem = None
    try:
        notes.add(order_id, AddNote.parse({"notes": request.form.get("notes", "")}), signed_in_actor())
    except Invalid as invalid:
        problem = Invalid(t("orders.bad_note", why=invalid.errors[0].message))
    return answered(OrderPage(order_id, came_from(request.args.to_dict(flat=False))), problem)
