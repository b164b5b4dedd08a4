"""Work on SQLite's file in a thread of its own: SQLite lets go of Python meanwhile, and the process serves."""

import sqlite3
from collections.abc import Callable
from typing import Any

import gevent


def in_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    """What `work` returns. Raises sqlite3.Error, but not from the thread: gevent prints what that raises."""
    outcome = gevent.get_hub().threadpool.apply(_outcome, (work, arguments))
    if isinstance(outcome, sqlite3.Error):
        raise outcome
    return outcome


def _outcome(work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return work(*arguments)
    except sqlite3.Error as error:
        return error
