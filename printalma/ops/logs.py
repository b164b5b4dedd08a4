"""Logs go to stdout, where a platform collects them. No names, no addresses, no query strings."""

import logging
import sys

from printalma.config import Settings


def init(settings: Settings) -> None:
    logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(name)s: %(message)s", level="WARNING")
    logging.getLogger("printalma").setLevel(settings.log_level.upper())
