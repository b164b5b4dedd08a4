"""Logs go to stdout, where a platform collects them. No names, no addresses, no query strings."""

import logging
import sys

from printalma.config import Settings
from printalma.lib.rare import OnceAMinute


def init(settings: Settings) -> None:
    logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(name)s: %(message)s", level="WARNING")
    for handler in logging.getLogger().handlers:
        handler.addFilter(OnceAMinute())
    logging.getLogger("printalma").setLevel(settings.log_level.upper())
    logging.getLogger("gunicorn.error").addFilter(_discreet)


def _discreet(record: logging.LogRecord) -> bool:
    """gunicorn writes the address and the first line of what it could not read, and the query of what failed."""
    if str(record.msg).startswith("Invalid request from"):
        record.msg, record.args = "Invalid request", ()
    elif isinstance(record.args, tuple):
        record.args = tuple(str(a).partition("?")[0] if isinstance(a, str) else a for a in record.args)
    return True
