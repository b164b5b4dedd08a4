"""Logs go to stdout, where a platform collects them. No names, no addresses, no query strings."""

import logging
import sys
import textwrap
from typing import Any

from printalma.config import Settings
from printalma.lib import access_log
from printalma.lib.rare import OnceAMinute

FORMAT = "%(levelname)s %(name)s: %(message)s"


def init(settings: Settings) -> None:
    logging.basicConfig(stream=sys.stdout, format=FORMAT, level="WARNING")
    for handler in logging.getLogger().handlers:
        handler.addFilter(OnceAMinute())
        handler.addFilter(_printable)  # behind the other, which knows sentences before they are filled in
        handler.setFormatter(Indented(FORMAT))
    logging.getLogger("printalma").setLevel(settings.log_level.upper())
    logging.getLogger("gunicorn.error").addFilter(_discreet)
    for name in ("gunicorn.error", "gunicorn.access"):
        logging.getLogger(name).addFilter(_printable)


class Indented(logging.Formatter):
    """A traceback's lines begin with a blank: what an error quotes of a request cannot pass for a line of its own."""

    def formatException(self, info: Any) -> str:
        return textwrap.indent(super().formatException(info), " ", lambda _: True)


def _printable(record: logging.LogRecord) -> bool:
    said = record.getMessage()
    if not said.isprintable():
        record.msg, record.args = access_log.printable(said), ()
    return True


def _discreet(record: logging.LogRecord) -> bool:
    """gunicorn writes the address and the first line of what it could not read, and the query of what failed."""
    if str(record.msg).startswith("Invalid request from"):
        record.msg, record.args = "Invalid request", ()
    elif isinstance(record.args, tuple):
        record.args = tuple(str(a).partition("?")[0] if isinstance(a, str) else a for a in record.args)
    return True
