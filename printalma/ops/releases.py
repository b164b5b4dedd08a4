"""What a server that starts says of a database that a newer release has migrated."""

import logging

from flask import Flask

from printalma.config import ConfigError
from printalma.db import UNREACHABLE, reading, revisions

log = logging.getLogger(__name__)


def check(app: Flask) -> None:
    """Raises ConfigError when this release cannot serve the database any more. One that does not answer is no reason
    not to start."""
    try:
        with app.app_context(), reading() as connection:
            newer = revisions.newer(connection)
    except UNREACHABLE:
        return
    if newer is not None and not newer.may_serve:
        raise ConfigError(newer.sentence)
    if newer is not None:
        log.warning("%s", newer.sentence)
