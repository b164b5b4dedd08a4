"""The owner's page of backups: a file of everything the shop knows, for whoever knows the owner's password too."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import gevent
import sqlalchemy as sa
from flask import Blueprint, Flask, Response, current_app, request

from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.models import User
from printalma.accounts.policy import OWNER, roles_that_may
from printalma.accounts.service import confirm_password
from printalma.backup import file, taking
from printalma.config import INSTANCE, settings
from printalma.db import Connection, Row, table, transaction
from printalma.events import log
from printalma.events.models import LoggedEvent
from printalma.events.types import BackupTaken
from printalma.lib.clock import now
from printalma.lib.errors import Refused
from printalma.lib.i18n import t
from printalma.web.pages import draw_form, drawing

PAUSE_SECONDS = 0.002  # seconds between two pieces, read or sent; see export.views
SOON = 1.0  # seconds: what is made so soon, or fails, is answered as a whole
BEAT = 20.0  # seconds between two bytes, the longest: routers cut a line that is silent for 30 or 55
PIECE = 65_536  # bytes
LISTED = 5
TEMPORARY = "download.db"  # in the instance folder: there may be no room elsewhere, and there is one at a time

bp = Blueprint("backup", __name__, url_prefix="/dashboard/backup")

_events, _users = table(LoggedEvent), table(User)


@bp.get("")
@access(OWNER)
def page() -> str:
    return _page()


@bp.post("")
@access(OWNER)
def download() -> Response:
    """The file. It is made while the line is open and gone with it, however that ends."""
    actor = signed_in_actor()
    with ExitStack() as stack:
        try:
            confirm_password(request.form.get("currentPassword", ""), actor)
            part = stack.enter_context(file.part_of(INSTANCE / TEMPORARY))
            transaction(lambda tx: log.append(tx, BackupTaken(actor.id, actor.name), actor.id))
            work = gevent.spawn(_made, current_app._get_current_object(), part)  # type: ignore[attr-defined]
            stack.callback(work.kill)
            work.join(SOON)
            if work.ready():
                _check(work)
        except Refused as refused:
            return Response(_page(refused), refused.status)
        answer = Response(_bytes(part, work), mimetype="application/vnd.sqlite3")
        answer.call_on_close(stack.pop_all().close)
    name = t("backup.file", moment=f"{now().astimezone(settings().shop_tz):%Y-%m-%d-%H%M}")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def forget_unfinished() -> None:
    """What a server that was killed was about to send."""
    file.forget(INSTANCE / TEMPORARY)


def _made(app: Flask, part: Path) -> Refused | None:
    """Make it; why it was refused. A greenlet that raises is logged as a fault of ours."""
    try:
        with app.app_context():
            taking.take(part, PAUSE_SECONDS)
    except Refused as refused:
        return refused
    return None


def _check(work: gevent.Greenlet) -> None:
    """Raises what went wrong."""
    if (refused := work.get()) is not None:
        raise refused


def _bytes(part: Path, work: gevent.Greenlet) -> Iterator[bytes]:
    """The file. While it is made, one of its first bytes is sent now and then: those do not change any more."""
    sent = 0
    for n in count(1):
        work.join(min(n, BEAT))
        if work.ready():
            break
        with open(part, "rb") as begun:
            head = begun.read(file.FIXED_BYTES)
        if sent < len(head) == file.FIXED_BYTES:
            yield head[sent : sent + 1]
            sent += 1
    _check(work)
    with open(part, "rb") as whole:
        whole.seek(sent)
        while piece := whole.read(PIECE):
            yield piece
            time.sleep(PAUSE_SECONDS)


def _page(problem: Refused | None = None) -> str:
    with drawing() as connection:
        return draw_form("backup/page.html", {}, problem, taken=_taken(connection))


def _taken(connection: Connection) -> Sequence[Row]:
    """The last downloads, newest first: when, and by whom."""
    owners = sa.select(_users.c.id).where(_users.c.role.in_(roles_that_may(OWNER)))
    chosen = sa.select(_events.c.at, _events.c.data["by"].as_string().label("by"))
    mine = (_events.c.user_id.in_(owners), _events.c.type == BackupTaken.__name__)
    return connection.execute(chosen.where(*mine).order_by(_events.c.id.desc()).limit(LISTED)).all()
