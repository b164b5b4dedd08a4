"""Is it well?"""

from flask import Blueprint, Response, jsonify

from printalma.accounts.guard import EVERYBODY, access
from printalma.db import reading
from printalma.events import log
from printalma.live.process import live

bp = Blueprint("ops", __name__)


@bp.get("/healthz")
@access(EVERYBODY)
def healthz() -> Response:
    """200 when the database answers and the tailer is alive, else 503. `behind` counts events not yet told."""
    with reading() as connection:
        last = log.last_id(connection)
    process = live()
    well = process.tailer.is_alive
    behind = max(0, last - process.hub.cursor)
    response = jsonify({"status": "ok" if well else "tailer stopped", "database": "ok", "behind": behind})
    response.status_code = 200 if well else 503
    return response
