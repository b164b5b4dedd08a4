"""The shop's files are its owner's alone: a neighbour on the same machine once read customers' addresses in them."""

import logging
import os
from pathlib import Path

import sqlalchemy as sa

from printalma.config import INSTANCE, Settings

log = logging.getLogger(__name__)


def make_private(settings: Settings) -> None:
    """From here on nobody else reads what this process writes; what older releases left open is mended."""
    os.umask(0o077)
    _close(INSTANCE, 0o700)
    if INSTANCE.is_dir():
        for file in INSTANCE.iterdir():
            _close(file, 0o600)
    database = sa.make_url(settings.database_url).database if settings.is_sqlite else None
    for ending in ("", "-wal", "-shm") if database else ():
        _close(Path(f"{database}{ending}"), 0o600)


def _close(path: Path, mode: int) -> None:
    try:
        if path.exists() and path.stat().st_mode & 0o077:
            path.chmod(path.stat().st_mode & mode)
    except OSError as error:  # somebody else's file: the server works all the same
        log.warning("%s is not private: %s", path.name, error.strerror)
