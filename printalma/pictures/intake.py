"""The body of a new order: up to 16 MB of JSON, of which the pictures are kept apart while it is read
(docs/contract.md, "Conventions").

Nothing about a picture refuses an order: over any of their limits it is taken without them, and says how many.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from printalma.accounts.guard import current_actor
from printalma.accounts.policy import DASHBOARD
from printalma.config import settings
from printalma.lib.addresses import address_key
from printalma.lib.turnstile import Turnstile
from printalma.pictures import service, storage
from printalma.pictures.queries import PATH
from printalma.pictures.room import Room
from printalma.pictures.scanner import START, Scanner
from printalma.pictures.spool import Spool, Spooled
from printalma.web import bodies, rate_limits
from printalma.web.peer import Peer

ROOM = "printalma.pictures.room"
MOST = 16_000_000  # bytes of a body whose pictures are taken
MOST_READ = 64_000_000  # of one that is read to its end
READ = 65_536
IN_MEMORY = 256_000  # bytes of pictures; more is in a file of the system's, which nobody else can open
KILOBYTE, MEGABYTE = 1_000, 1_000_000
SMALL = MEGABYTE  # a body up to this waits for no room
LEAST = 4_000  # bytes that each picture counts for: a thousand small ones are work, too

Chunks = Iterator[tuple[int, bytes]]  # how much of a body has come, and the last of it

# Of however many large bodies, one is worked at before everybody else has had their turn.
_turns = Turnstile()


@dataclass(frozen=True)
class OrderBody:
    """`pictures` are the hashes of those that are kept; `dropped` counts those that are not, and leave "" behind.
    `fingerprint` is the same for the same body, whatever became of its pictures."""

    fields: dict[str, Any]
    pictures: tuple[str, ...]
    dropped: int
    fingerprint: str


def order_body() -> OrderBody:
    """The request's JSON object. Raises what `json_object` raises."""
    if (request.content_length or 0) > MOST_READ:
        raise RequestEntityTooLarge
    request.max_content_length = MOST_READ + 1
    chunks = _chunks()
    first = _first(chunks)
    if len(first) != request.content_length or START in first:
        return _with_pictures(chain([(len(first), first)], chunks))
    fields = bodies.parsed(first)
    return OrderBody(fields, (), 0, bodies.fingerprint(fields))


def _first(chunks: Chunks) -> bytes:
    """What comes first of the body, of most orders all of it; from now on it is the request's."""
    chunk = b""
    try:
        _, chunk = next(chunks, (0, b""))
    finally:
        request.stream = BytesIO(chunk)
    return chunk


def _with_pictures(chunks: Chunks) -> OrderBody:
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file, ExitStack() as ends:
        spool = Spool(file)
        text = _read(chunks, spool, ends)
        fields = bodies.parsed(text)
        fingerprint = bodies.fingerprint(fields)
        kept = _keep(spool)
    lost = spool.times.keys() - kept
    if lost:
        fields = bodies.parsed(_without(text, lost))
    dropped = spool.broken + sum(spool.times[name] for name in lost)
    return OrderBody(fields, tuple(name for name in spool.times if name in kept), dropped, fingerprint)


def _read(chunks: Chunks, spool: Spool, ends: ExitStack) -> bytes:
    """What remains of the body; from now on it is the request's."""
    scanner = Scanner(spool)
    try:
        is_large = False
        for read, chunk in chunks:
            if read > SMALL and not is_large:
                is_large, spool.takes = True, ends.enter_context(_place())
            spool.takes = spool.takes and read <= MOST
            scanner.feed(chunk)
            if len(scanner.text) > bodies.LIMIT:
                raise RequestEntityTooLarge
        scanner.end()
    finally:
        request.stream = BytesIO(scanner.text[: bodies.LIMIT])
    return bytes(scanner.text)


def _chunks() -> Chunks:
    """The body as it comes, and how much of it has."""
    read, limits = 0, settings().limits
    peer, stream, length = _peer(), request.stream, request.content_length
    if peer is not None:
        peer.sends_order(limits.order_bytes_per_second, limits.order_body_seconds)
    while read != length and (chunk := stream.read(READ)):
        read += len(chunk)
        if peer is not None and read > SMALL:
            _turns.wait(peer.address or "")
        yield read, chunk


@contextmanager
def _place() -> Iterator[bool]:
    """Among the large bodies; False when this one is to be read without its pictures. Waiting is our doing."""
    room: Room = current_app.extensions[ROOM]
    address, size = address_key(request.remote_addr), min(request.content_length or MOST, MOST)
    began = time.monotonic()
    has_place = room.take(address, size)
    if (peer := _peer()) is not None:
        peer.waited(time.monotonic() - began)
    try:
        yield has_place
    finally:
        if has_place:
            room.give_back(address, size)


def _peer() -> Peer | None:
    found = request.environ.get("gunicorn.socket")
    return found if isinstance(found, Peer) else None


def _keep(spool: Spool) -> set[str]:
    """The hashes of the pictures that are kept now."""
    if not spool.times:
        return set()
    kept = service.known(spool.times.keys())
    new = [picture for name, picture in spool.found.items() if name not in kept and _is_within_budget(picture)]
    most = settings().limits.picture_megabytes * MEGABYTE
    if new and (not most or storage.has_room(sum(picture.size for picture in new), most)):
        service.keep(spool, new)
        kept |= {picture.hash for picture in new}
    return kept


def _is_within_budget(picture: Spooled) -> bool:
    """Of the address, and of the shop. The team has none."""
    actor, limits = current_actor(), settings().limits
    if actor is not None and actor.may(DASHBOARD):
        return True
    return rate_limits.may_spend(
        max(picture.size, LEAST) // KILOBYTE,
        ("pictures of an address", limits.picture_megabytes_per_hour, address_key(request.remote_addr)),
        ("pictures of everybody", limits.picture_megabytes_per_hour_of_all, ""),
    )


def _without(text: bytes, lost: Iterable[str]) -> bytes:
    for name in lost:
        text = text.replace(b'"%s%s"' % (PATH.encode(), name.encode()), b'""')
    return text
