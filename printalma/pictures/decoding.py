"""Small copies of customers' pictures, made by another process (decoder.py): one file at a time, so that the memory it
takes is that of one."""

import json
import logging
import os
import signal
import struct
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

import gevent
import gevent.socket

from printalma.lib.limits import Limits
from printalma.lib.rare import RARE
from printalma.pictures.kinds import SVG, kind_of
from printalma.pictures.models import Copy
from printalma.pictures.troubles import FetchFailed, Trouble

PROGRAM = Path(__file__).with_name("decoder.py")
SECONDS = 90.0  # the decoder gives a file up before; its start counts, too
KIND = "image/webp"
MOST_PIXELS = 1_000_000_000
MOST_BYTES = 16_000_000  # of an answer
_PIECE = 65_536
_REQUEST, _LENGTH = struct.Struct("!QQ"), struct.Struct("!I")
# No key and no password of the environment's.
_ENVIRONMENT = ("PATH", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True)
class Small:
    kind: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class Decoded:
    """`width` and `height` are the file's pixels, as it is looked at; None for an SVG, which has none. An SVG with
    texts has no copies: there are no fonts here, and without its text it would be another picture."""

    width: int | None
    height: int | None
    kind: str
    copies: Mapping[Copy, Small]


log = logging.getLogger(__name__)

_alone = Lock()


def copies(file: BinaryIO, limits: Limits) -> Decoded:
    """What is shown of a picture. Raises FetchFailed: NO_PICTURE, TOO_MANY_PIXELS; AWAY where the decoder is."""
    with _alone:
        reply = _decoder.ask(file, limits.picture_megapixels * 1_000_000 or MOST_PIXELS)
    try:
        return _decoded(reply)
    except (ValueError, LookupError, TypeError, struct.error):  # a file has taken it over
        raise FetchFailed(Trouble.NO_PICTURE) from None


def _decoded(reply: bytes) -> Decoded:
    (length,) = _LENGTH.unpack_from(reply)
    at = _LENGTH.size + length
    said = json.loads(reply[_LENGTH.size : at])
    if "trouble" in said:
        raise FetchFailed(Trouble(said["trouble"]))
    made = {}
    for each in said["copies"]:
        data = reply[at : at + each["size"]]
        if kind_of(data) != KIND:
            raise ValueError("a copy is no picture")
        made[Copy(each["copy"])] = Small(KIND, int(each["width"]), int(each["height"]), data)
        at += each["size"]
    if said["kind"] == SVG:
        return Decoded(None, None, SVG, made)
    return Decoded(int(said["width"]), int(said["height"]), str(said["kind"]), made)


class _Decoder:
    """The process, while there is one. It ends by itself when we do, or when nobody asks for a while."""

    def __init__(self) -> None:
        self._line: Any = None
        self.process = 0

    def ask(self, file: BinaryIO, pixels: int) -> bytes:
        """Its answer. One that has ended meanwhile is started anew, once."""
        for _ in range(2):
            try:
                with gevent.Timeout(SECONDS, OSError("the decoder does not answer")):
                    return self._asked(file, pixels)
            except OSError as error:
                reason = error
                self.end()
            except BaseException:
                self.end()
                raise
        log.error("a picture is not opened, it will be tried again: %s", reason, extra=RARE)
        raise FetchFailed(Trouble.AWAY)

    def _asked(self, file: BinaryIO, pixels: int) -> bytes:
        if self._line is None:
            self._start()
        self._line.sendall(_REQUEST.pack(file.seek(0, os.SEEK_END), pixels))
        file.seek(0)
        while piece := file.read(_PIECE):
            self._line.sendall(piece)
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        if length > MOST_BYTES:
            raise OSError("the decoder answers too much")
        return self._read(length)

    def _read(self, size: int) -> bytes:
        received = bytearray()
        while len(received) < size:
            piece = self._line.recv(min(size - len(received), _PIECE))
            if not piece:
                raise OSError("the decoder has ended")
            received += piece
        return bytes(received)

    def _start(self) -> None:
        """Not by `subprocess`: it would copy what gevent knows of this process, and wait for the end of that one."""
        self._line, its = gevent.socket.socketpair()
        with its:
            os.set_blocking(its.fileno(), True)
            self.process = os.posix_spawn(
                sys.executable,
                [sys.executable, "-P", str(PROGRAM)],
                {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                file_actions=[(os.POSIX_SPAWN_DUP2, its.fileno(), 0), (os.POSIX_SPAWN_DUP2, its.fileno(), 1)],
                setpgroup=0,  # Ctrl-C is ours
                setsigmask=(),
                setsigdef=(signal.SIGINT, signal.SIGPIPE, signal.SIGTERM),
            )

    def end(self) -> None:
        if self._line is None:
            return
        self._line.close()
        self._line = None
        with suppress(ChildProcessError):
            if os.waitpid(self.process, os.WNOHANG) == (0, 0):  # it is there, and nobody else has its number
                os.kill(self.process, signal.SIGKILL)
                os.waitpid(self.process, 0)


_decoder = _Decoder()


def end() -> None:
    """End the process that a test has begun; a server's ends with it."""
    _decoder.end()
