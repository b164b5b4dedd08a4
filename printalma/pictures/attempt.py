"""One attempt at a picture: fetched, or found where it came within an order, then made small and kept."""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from tempfile import TemporaryFile
from typing import BinaryIO

import gevent
from flask import current_app

from printalma.config import settings
from printalma.db import UNREACHABLE, Connection, reading, transaction
from printalma.lib.metrics import PICTURES
from printalma.pictures import claims, client, decoding, queries, service, storage
from printalma.pictures.claims import Claim, Result
from printalma.pictures.client import Fetched
from printalma.pictures.intake import MEGABYTE
from printalma.pictures.spool import Spooled
from printalma.pictures.troubles import FetchFailed, Trouble

# Hosts that may share an address, as those of small shops do: together they are asked for as much as so many.
NAMES_OF_ONE = 3

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
        fetched = client.fetch(claim.address, file, limits, settings().picture_hosts, partial(_ask, claim))
    else:
        fetched = _ours(claim.address.removeprefix(queries.PATH), file)
    is_there = bool(service.known([fetched.hash]))
    with reading() as connection:
        if is_there and queries.has_copies(connection, fetched.hash):
            return fetched.hash
    decoded = decoding.copies(file, limits)
    copied = sum(len(copy.data) for copy in decoded.copies.values())
    most = limits.picture_megabytes * MEGABYTE
    if most and not storage.has_room(copied + (0 if is_there else fetched.size), most):
        raise FetchFailed(Trouble.NO_ROOM)
    if not is_there:
        service.keep(OnePicture(file), [Spooled(fetched.hash, fetched.size, fetched.kind, 0)])
    service.keep_copies(fetched.hash, decoded)
    return fetched.hash


def _ask(claim: Claim, host: str, place: str) -> None:
    """Whom an address leads to may be somebody else than it names, and many names may be one machine: each is asked no
    more than is good for it, too. Raises FetchFailed."""
    most = settings().limits.picture_requests_per_hour
    asked = {host.rstrip("."): most} | {place: NAMES_OF_ONE * most}
    asked.pop(claim.host, None)  # it has been counted
    if most and asked and not _counted(partial(claims.may_ask, asked=asked)):
        raise FetchFailed(Trouble.AWAY)


def _counted(work: Callable[[Connection], bool]) -> bool:
    """In a greenlet of its own: the attempt's time may be up in the middle, which must not cut a transaction."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def run() -> bool | Exception:
        try:
            with app.app_context():
                return transaction(work)
        except UNREACHABLE as error:  # not raised: gevent prints what a greenlet raises
            return error

    found = gevent.spawn(run).get()
    if isinstance(found, Exception):
        raise found
    return bool(found)


def _ours(name: str, file: BinaryIO) -> Fetched:
    with reading() as connection:
        found = queries.picture(connection, name)
    if found is None:
        raise FetchFailed(Trouble.GONE)
    for piece in queries.pieces(name):
        file.write(piece)
    return Fetched(found.size, found.hash, found.kind)
