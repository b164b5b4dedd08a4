"""All files of orders as one ZIP, written while it is read: whatever it holds, the server holds a piece of it.

Pictures are compressed already, so they are stored as they are. What is on ten lines is in it ten times, under each
line's name: whoever prints a line finds all of it there.
"""

import io
import time
from collections.abc import Iterable, Iterator, Sequence
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from printalma.accounts.policy import Sight
from printalma.db import reading
from printalma.lib.clock import now
from printalma.lib.i18n import t
from printalma.orders import queries
from printalma.pictures.queries import pieces
from printalma.print_files import found, naming, svg
from printalma.print_files.found import Original, Side

MAX_FILES = 5_000  # in one archive: what is beyond is named as missing
MAX_MISSING = 1_000  # that are named
MAX_WORDS = 300  # characters of an address there


class _Sink(io.RawIOBase):
    """What a ZIP is written to, which never goes back in it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole


class Archive:
    """One ZIP of orders, as far as somebody may see them."""

    def __init__(self, ids: Sequence[int], sight: Sight) -> None:
        self._ids, self._sight = ids, sight
        self._sink = _Sink()
        self._names: set[str] = set()
        self._missing: list[str] = []

    def parts(self) -> Iterator[bytes]:
        """The file, piece by piece, each read with a connection of its own. A client that hangs up closes this
        generator at the next piece."""
        with ZipFile(self._sink, "w", ZIP_STORED) as archive:
            for order_id in self._ids:
                for side in self._sides(order_id):
                    yield from self._side(archive, side)
            if self._missing:
                archive.writestr(self._info(t("files.missing_file"), 0), self._told())
        yield self._sink.taken()

    def _sides(self, order_id: int) -> list[Side]:
        with reading() as connection:
            order = queries.by_id(connection, order_id)
            return found.sides(connection, order) if order and self._sight.includes(order) else []

    def _side(self, archive: ZipFile, side: Side) -> Iterator[bytes]:
        for original in side.originals:
            if len(self._names) >= MAX_FILES:
                self._misses(side, original.name, t("files.too_many", most=MAX_FILES))
            elif original.hash is None:
                self._misses(side, original.name, f"{original.why} · {original.address[:MAX_WORDS]}")
            else:
                yield from self._original(archive, side, original, original.hash)
        if side.has_text and len(self._names) < MAX_FILES:
            yield from self._drawing(archive, side)
        for name in side.unsaid:
            self._misses(side, name, t("artwork.none"))

    def _original(self, archive: ZipFile, side: Side, original: Original, name: str) -> Iterator[bytes]:
        content = pieces(name)
        first = next(content, None)
        if first is None:
            return self._misses(side, original.name, t("files.dropped"))
        called = naming.unlike(side.file(original, first), self._names)
        size = 0
        with archive.open(self._info(called, original.size or 0), "w") as file:
            for piece in _all(first, content):
                size += file.write(piece)
                yield self._sink.taken()
                time.sleep(svg.PAUSE_SECONDS)
        if size != original.size:  # swept meanwhile
            self._misses(side, original.name, t("files.dropped"))

    def _drawing(self, archive: ZipFile, side: Side) -> Iterator[bytes]:
        """What is written on it is in no picture: it is in the view's own file."""
        called = naming.unlike(naming.file(side.called(t("files.view")), "svg"), self._names)
        with archive.open(self._info(called, svg.size(side)), "w") as file:
            for piece in svg.parts(side):
                file.write(piece)
                yield self._sink.taken()

    @staticmethod
    def _info(name: str, size: int) -> ZipInfo:
        info = ZipInfo(name, now().timetuple()[:6])
        info.file_size = size
        info.external_attr = 0o600 << 16
        return info

    def _misses(self, side: Side, name: str, why: str) -> None:
        if len(self._missing) < MAX_MISSING:
            self._missing.append(f"{side.called(name)} : {why}")
        elif len(self._missing) == MAX_MISSING:
            self._missing.append("…")

    def _told(self) -> bytes:
        """For a Windows of any year."""
        return "\r\n".join(["\ufeff" + t("files.missing"), "", *self._missing, ""]).encode(errors="replace")


def _all(first: bytes, others: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from others
