"""A folder for what exists only while a server runs: its processes' sockets, and what they measure."""

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

PREFIX = "printalma-run-"
# The address of a Unix socket has about a hundred bytes, of which the folder's name and the socket's take 40.
MAX_BASE_BYTES = 55
SETTLING_SECONDS = 60.0  # a folder so young may not be locked yet


def make() -> Path:
    """A new folder that only we may enter (0700). The folders of servers that were killed are removed."""
    base = tempfile.gettempdir()
    if len(os.fsencode(base)) > MAX_BASE_BYTES:
        base = "/tmp"  # noqa: S108 - mkdtemp makes it safe
    for name in os.listdir(base):
        if name.startswith(PREFIX):
            _remove_unused(Path(base, name))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    # Held until the last process of the server has ended, however it ends: nobody gives it back.
    fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
    return folder


def _remove_unused(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return  # gone meanwhile, or somebody else's
    try:
        found = os.fstat(descriptor)
        if found.st_uid == os.geteuid() and time.time() - found.st_mtime > SETTLING_SECONDS:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        pass  # its server runs
    finally:
        os.close(descriptor)
