"""What reading does to screens: the reader's other pages move their bell."""

from collections.abc import Sequence

from flask import render_template

from printalma.db import Connection
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import Rendering, View
from printalma.events.types import NotificationsRead


def register() -> None:
    renderings.register(NotificationsRead, Rendering(html=paint, json=None, push=None))


def paint(_connection: Connection, _view: View, records: Sequence[Record]) -> str:
    """Whose bell has moved. The page decides whether it is its own, and asks how much is left."""
    return render_template("notifications/_read.html", readers=sorted({record.actor_id or 0 for record in records}))
