"""Pictures that orders name, as if they had been fetched: any bytes, in pieces."""

import hashlib
from typing import Any

from tests.support import database as db

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256))
SVG = b'<?xml version="1.0"?><!-- <html> --><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PDF = b"%PDF-1.7\n" + b"x" * 600
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
PIECE = 1_000  # bytes


def known(database_url: str, address: str, **state: Any) -> None:
    """The address has been named; unless `state` says otherwise, nothing has come of it yet."""
    key = hashlib.sha256(address.encode()).hexdigest()
    row = {"key": key, "address": address, "host": "x.example", "state": "waiting", "attempts": 0, "named_at": 0}
    # What a process has begun to fetch is not its own any more.
    untouched = {"hash": None, "trouble": None, "due_at": None, "claimed_until": None}
    db.put(database_url, "picture_sources", ["key"], row | untouched | state)


def kept(database_url: str, address: str, content: bytes, kind: str | None = None, **size: int) -> str:
    """The picture is here: its hash. `size` is its width and height in pixels, if somebody has looked."""
    digest = hashlib.sha256(content).hexdigest()
    if not db.select(database_url, "SELECT 1 FROM pictures WHERE hash = :hash", hash=digest):
        whole = {"hash": digest, "size": len(content), "kind": kind, "whole": True, "seen_at": 0}
        db.insert(database_url, "pictures", [whole | size])
        pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
        rows = [{"hash": digest, "n": n, "data": piece} for n, piece in enumerate(pieces)]
        db.insert(database_url, "picture_pieces", rows)
    known(database_url, address, state="kept", hash=digest)
    return digest
