"""/api-docs: the description for programs, and a page of our own for people."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template

from printalma.accounts.guard import access
from printalma.accounts.policy import EVERYBODY
from printalma.openapi.document import document
from printalma.openapi.page import sections, shapes

bp = Blueprint("openapi", __name__)


@bp.get("/api-docs")
@access(EVERYBODY)
def page() -> str:
    shown = _document()
    return render_template("openapi/page.html", document=shown, sections=sections(shown), shapes=shapes(shown))


@bp.get("/api-docs/openapi.json")
@access(EVERYBODY)
def description() -> Response:
    return jsonify(_document())


def _document() -> dict[str, Any]:
    """Made once: routes and types do not change while the process lives."""
    kept = current_app.extensions
    if "printalma.openapi" not in kept:
        kept["printalma.openapi"] = document(current_app)
    found: dict[str, Any] = kept["printalma.openapi"]
    return found
