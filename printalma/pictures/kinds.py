"""What a file is, by how it begins: its name and what came with it are what somebody says."""

import re

LOOKED_AT = 4_096  # bytes of a beginning that tell a drawing

# What a browser may show.
_PLAIN = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
SVG = "image/svg+xml"
# What XML allows before its first element: each a loop of its own, so that no text makes them take turns.
_PROLOGUE = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s+svg\b[^>\[]*(\[[^\]]*\]\s*)?>", re.DOTALL)
_ROOT = re.compile(rb"<(\w+:)?svg[\s>/]")


def kind_of(first: bytes) -> str | None:
    """The media type that a file's first twelve bytes tell, of what a browser may show. An SVG is a document, which may
    run scripts."""
    if first[:4] == b"RIFF" and first[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for beginning, kind in _PLAIN.items() if first.startswith(beginning)), None)


def is_drawing(first: bytes) -> bool:
    """Whether a file begins as an SVG does."""
    at = 3 if first.startswith(b"\xef\xbb\xbf") else 0
    while found := _PROLOGUE.match(first, at, LOOKED_AT):
        at = found.end()
    return _ROOT.match(first, at) is not None
