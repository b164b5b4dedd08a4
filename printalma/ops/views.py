"""Is it well, and could it save an order? Two questions with two addresses: a restart mends only the first."""

from flask import Blueprint, Response, current_app, jsonify

from printalma.accounts.guard import access
from printalma.accounts.policy import EVERYBODY
from printalma.db import reading
from printalma.events import log
from printalma.live.process import live
from printalma.ops.readiness import Readiness

READINESS = "printalma.readiness"

bp = Blueprint("ops", __name__)


@bp.get("/healthz")
@access(EVERYBODY)
def healthz() -> Response:
    """Readiness: 200 when an order could be saved and would be told, else 503. `behind` counts events not yet told."""
    readiness: Readiness = current_app.extensions[READINESS]
    problem = readiness.problem()
    if problem:
        return _answer(503, {"status": "an order could not be saved", "database": problem})
    with reading() as connection:
        last = log.last_id(connection)
    process = live()
    is_well = process.tailer.is_alive
    behind = max(0, last - process.hub.cursor)
    found = {"status": "ok" if is_well else "tailer stopped", "database": "ok", "behind": behind}
    return _answer(200 if is_well else 503, found)


@bp.get("/livez")
@access(EVERYBODY)
def livez() -> Response:
    """Liveness: 200 while the process is well, whatever its database does. What hangs answers nothing."""
    return _answer(200, {"status": "ok"})


def _answer(status: int, found: dict[str, str | int]) -> Response:
    response = jsonify(found)
    response.status_code = status
    return response
