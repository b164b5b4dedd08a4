"""The logo on the settings page, and for papers."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import ADMIN, ATELIER
from printalma.db import reading
from printalma.letterhead import queries, service
from printalma.pictures import uploads
from printalma.pictures.api import HASH, drawn
from printalma.web.pages import answer_form
from printalma.web.routing import url_for

bp = Blueprint("letterhead", __name__, url_prefix="/dashboard/settings/logo")


@bp.get("/<string:name>")
@access(ATELIER)
def logo(name: str) -> Response:
    with reading() as connection:
        found = queries.picture(connection, name) if HASH.fullmatch(name) else None
    return drawn(found, name)


@bp.post("")
@access(ADMIN)
@keyed()
def save() -> AnyResponse:
    def act() -> None:
        service.save(uploads.chosen("logo"), signed_in_actor())

    return answer_form(act, url_for("shop.page"), "letterhead.saved")


@bp.post("/remove")
@access(ADMIN)
@keyed()
def remove() -> AnyResponse:
    return answer_form(lambda: service.remove(signed_in_actor()), url_for("shop.page"), "letterhead.removed")
