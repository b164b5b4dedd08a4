"""One attempt at a picture: fetched, or found where it came within an order, then made small and kept."""

import logging
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import BinaryIO

from printalma.config import settings
from printalma.db import UNREACHABLE, reading
from printalma.lib.metrics import PICTURES
from printalma.pictures import bounding, client, decoding, queries, service
from printalma.pictures.claims import Claim, Result
from printalma.pictures.client import Fetched
from printalma.pictures.intake import MEGABYTE
from printalma.pictures.spool import Spooled
from printalma.pictures.troubles import FetchFailed, Trouble

log = logging.getLogger(__name__)


class OnePicture:
    """A file that is a picture, as `service.keep` reads it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, picture: Spooled, piece: int) -> Iterator[bytes]:
        self._file.seek(picture.at)
        while data := self._file.read(piece):
            yield data


def attempt(claim: Claim) -> Result:
    """What came of it, in any case: what is never settled would be fetched for ever."""
    try:
        with TemporaryFile() as file:
            result = Result(claim, hash=_kept(claim, file))
    except FetchFailed as failed:
        result = Result(claim, trouble=failed.trouble, wait=failed.retry_after)
    except UNREACHABLE:
        raise
    except Exception:
        log.exception("a picture could not be fetched")
        result = Result(claim, trouble=Trouble.AWAY)
    PICTURES.labels(result.trouble or "kept").inc()
    return result


def _kept(claim: Claim, file: BinaryIO) -> str:
    """The hash of the picture, which is there with its copies from now on. Raises FetchFailed."""
    limits = settings().limits
    if claim.host:
        fetched = client.fetch(claim.address, file, limits, settings().picture_hosts)
    else:
        fetched = _ours(claim.address.removeprefix(queries.PATH), file)
    is_there = bool(service.known([fetched.hash]))
    with reading() as connection:
        if is_there and queries.has_copies(connection, fetched.hash):
            return fetched.hash
    decoded = decoding.copies(file, limits)
    copied = sum(len(copy.data) for copy in decoded.copies.values())
    most = limits.picture_megabytes * MEGABYTE
    if most and not bounding.has_room(copied + (0 if is_there else fetched.size), most):
        raise FetchFailed(Trouble.NO_ROOM)
    if not is_there:
        service.keep(OnePicture(file), [Spooled(fetched.hash, fetched.size, fetched.kind, 0)])
    service.keep_copies(fetched.hash, decoded)
    return fetched.hash


def _ours(name: str, file: BinaryIO) -> Fetched:
    with reading() as connection:
        found = queries.picture(connection, name)
    if found is None:
        raise FetchFailed(Trouble.GONE)
    for piece in queries.pieces(name):
        file.write(piece)
    return Fetched(found.size, found.hash, found.kind)
