"""A product's picture: on its page, and wherever the team is to know it by its looks."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import ADMIN, ATELIER
from printalma.catalog import queries
from printalma.catalog.views import saved
from printalma.db import reading
from printalma.pictures import uploads
from printalma.pictures.api import drawn
from printalma.product_pictures import service
from printalma.web.pages import answer_form
from printalma.web.routing import url_for

PICTURE = "/<int:product_id>/picture"

bp = Blueprint("product_pictures", __name__, url_prefix="/dashboard/products")


@bp.post("/new")
@access(ADMIN)
@keyed()
def add() -> AnyResponse:
    """A new product, with its picture where one was chosen."""
    return saved(None, lambda command: service.add(command, uploads.sent("picture"), signed_in_actor()))


@bp.get(f"{PICTURE}/<string:name>/<string:copy>")
@access(ATELIER)
def copy(product_id: int, name: str, copy: str) -> Response:
    with reading() as connection:
        found = queries.picture(connection, product_id, name, copy)
    return drawn(found, f"{name}-{copy}")


@bp.post(PICTURE)
@access(ADMIN)
@keyed()
def save(product_id: int) -> AnyResponse:
    def act() -> None:
        service.save(product_id, uploads.chosen("picture"), signed_in_actor())

    return answer_form(act, url_for("catalog.edit", product_id=product_id), "product_pictures.saved")


@bp.post(f"{PICTURE}/remove")
@access(ADMIN)
@keyed()
def remove(product_id: int) -> AnyResponse:
    back = url_for("catalog.edit", product_id=product_id)
    return answer_form(lambda: service.remove(product_id, signed_in_actor()), back, "product_pictures.removed")
