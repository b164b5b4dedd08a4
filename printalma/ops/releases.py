"""What a server that starts says of a database that another release has migrated."""

import logging

from flask import Flask

from printalma.config import ConfigError
from printalma.db import UNREACHABLE, reading, revisions

log = logging.getLogger(__name__)


def check(app: Flask) -> None:
    """Raises ConfigError when this release cannot serve the database. One that does not answer is no reason
    not to start."""
    try:
        with app.app_context(), reading() as connection:
            foreign = revisions.foreign(connection)
    except UNREACHABLE:
        return
    if foreign is not None and not foreign.may_serve:
        raise ConfigError(foreign.sentence)
    if foreign is not None:
        log.warning("%s", foreign.sentence)
