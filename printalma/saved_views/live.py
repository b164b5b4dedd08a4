"""What other names and other filters become on open pages: each asks for its own tabs anew, which differ by person."""

from collections.abc import Sequence

from flask import render_template

from printalma.dashboard.list_page import OrderList
from printalma.db import Connection
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import Rendering, View
from printalma.events.types import SavedViewsChanged


def register() -> None:
    renderings.register(SavedViewsChanged, Rendering(paint, json=None, push=None))


def paint(_connection: Connection, view: View, records: Sequence[Record]) -> str:
    is_list = isinstance(view, OrderList)
    return render_template("saved_views/_changed.html", news=records[-1].id) if is_list else ""
