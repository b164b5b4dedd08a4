"""A small disk of its own that can be filled: a tmpfs, for which one must be root."""

import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

MEGABYTE = 1 << 20


class SmallDisk:
    def __init__(self, megabytes: int = 400) -> None:
        """Raises OSError where none can be mounted."""
        self.folder = Path(tempfile.mkdtemp(prefix="disk-"))
        self._filler = self.folder / "filler"
        command: list[str | Path] = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", self.folder]
        mounted = subprocess.run(command, capture_output=True, text=True)
        if mounted.returncode:
            self.folder.rmdir()
            raise OSError(mounted.stderr)

    def fill(self) -> None:
        """Not a byte is left."""
        with open(self._filler, "ab", buffering=0) as filler:
            for size in (MEGABYTE, 4096):
                with suppress(OSError):
                    while True:
                        filler.write(b"\0" * size)

    def free(self) -> None:
        self._filler.unlink(missing_ok=True)

    def remove(self) -> None:
        """Also while somebody still has a file of it open."""
        if os.path.ismount(self.folder):
            subprocess.run(["umount", "--lazy", self.folder], check=True)
            self.folder.rmdir()
