"""The pictures of one body while it is read: each once, one behind the other in a file, until they are kept."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile

from werkzeug.exceptions import RequestEntityTooLarge

from printalma.pictures.kinds import kind_of
from printalma.pictures.queries import PATH

MOST_CUT = 5_000  # pictures in a body, repetitions too
MOST_KEPT = 100  # different ones: an article with ten on each of four sides has forty


@dataclass(frozen=True)
class Spooled:
    hash: str
    size: int
    kind: str | None
    at: int  # where it begins in the file


class _Present:
    """The picture that is being read."""

    def __init__(self) -> None:
        self.hash, self.size, self.first = hashlib.sha256(), 0, b""
        self.is_written = True


class Spool:
    """A Receiver of the scanner's. Each picture is named by its hash: `times` says how often each came, `found` which
    are in `file`. `broken` counts what was no picture, or one too many."""

    def __init__(self, file: SpooledTemporaryFile[bytes]) -> None:
        self.found: dict[str, Spooled] = {}
        self.times: dict[str, int] = {}
        self.broken = 0
        self.takes = True  # whether there is room for more
        self._file = file
        self._present = _Present()
        self._cut = 0
        self._next = 0

    def start(self) -> None:
        self._cut += 1
        if self._cut > MOST_CUT:
            raise RequestEntityTooLarge
        self._present = _Present()

    def add(self, data: bytes) -> None:
        present = self._present
        present.hash.update(data)
        present.first = present.first or data[:12]
        present.is_written = present.is_written and self.takes and self._write(data, self._next + present.size)
        present.size += len(data)

    def end(self, is_sound: bool) -> str:
        present = self._present
        name = present.hash.hexdigest()
        if not is_sound or not present.size or (name not in self.times and len(self.times) >= MOST_KEPT):
            self.broken += 1
            return ""
        self.times[name] = self.times.get(name, 0) + 1
        if present.is_written and name not in self.found:
            self.found[name] = Spooled(name, present.size, kind_of(present.first), self._next)
            self._next += present.size
        return PATH + name

    def read(self, picture: Spooled, piece: int) -> Iterator[bytes]:
        end = picture.at + picture.size
        for at in range(picture.at, end, piece):
            self._file.seek(at)
            yield self._file.read(min(piece, end - at))

    def _write(self, data: bytes, at: int) -> bool:
        """False when the disk does not take it: the order is taken without this picture."""
        try:
            self._file.seek(at)
            self._file.write(data)
        except OSError:
            return False
        return True
