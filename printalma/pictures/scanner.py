"""Data URLs are cut out of JSON while it is read: nobody ever holds a body of 16 MB, or parses it.

A quotation mark behind an even number of backslashes begins or ends a string, and behind one that ends a string no
JSON goes on with `data:`. So what is looked for is found without reading what stands around it. Nothing here goes
through bytes one by one.
"""

import json
import re
from binascii import a2b_base64
from typing import Protocol

START = b'"data:'  # a body in which this stands nowhere has no pictures
# `/` may be written `\/`. What other strings begin with `data:` stay as they are.
_HEADER = re.compile(rb'"data:(?:[\w.+;=/-]|\\/){0,120};base64,')
_MAX_HEADER = 256
_MAY_BEGIN = re.compile(rb'(?:"(?:d(?:a(?:t(?:a(?::(?:[\w.+;=/-]|\\/?)*)?)?)?)?)?)?\Z')
_CONTENT = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_CUT_ESCAPE = re.compile(rb"\\u[0-9a-fA-F]{0,3}\Z")
_BLANKS = b" \t\r\n\f"


class Receiver(Protocol):
    """Who is given the pictures, in turn."""

    def start(self) -> None: ...

    def add(self, data: bytes) -> None: ...

    def end(self, is_sound: bool) -> str:
        """What stands in the picture's place. It is unsound when it was not base64 to its end."""
        ...


class Scanner:
    """Given a body in chunks, of any size; `text` is what remains of it."""

    def __init__(self, receiver: Receiver) -> None:
        self.text = bytearray()
        self._receiver = receiver
        self._held = b""  # what cannot be told before more has come
        self._picture: _Base64 | None = None

    def feed(self, chunk: bytes) -> None:
        data, at = self._held + chunk, 0
        self._held = b""
        while at < len(data):
            at = self._read_text(data, at) if self._picture is None else self._read_picture(self._picture, data, at)

    def end(self) -> None:
        """There is no more. A body that ends within a picture is no JSON, and must not look as if it were."""
        self.text += self._held if self._picture is None else b'"'

    def _read_text(self, data: bytes, at: int) -> int:
        found = data.find(START, at)
        header = _HEADER.search(data, found) if found >= 0 else None
        if header is None:
            rest = _MAY_BEGIN.search(data, max(at, len(data) - _MAX_HEADER))
            assert rest is not None, "it may be empty"
            self.text += data[at : rest.start()]
            self._held = data[rest.start() :]
            return len(data)
        self.text += data[at : header.start()]
        if _is_odd(self.text):
            self.text += b'"'
            return header.start() + 1
        self._picture = _Base64()
        self._receiver.start()
        return header.end()

    def _read_picture(self, picture: "_Base64", data: bytes, at: int) -> int:
        stop = _string_ends(data, at)
        if decoded := picture.decode(data[at:stop]):
            self._receiver.add(decoded)
        if data[stop : stop + 1] == b'"':
            self._end_picture(picture)
            return stop + 1
        self._held = data[stop:]
        return len(data)

    def _end_picture(self, picture: "_Base64") -> None:
        if rest := picture.end():
            self._receiver.add(rest)
        self.text += b'"%s"' % self._receiver.end(picture.is_sound).encode()
        self._picture = None


class _Base64:
    """Decodes the parts of a JSON string; what follows a part that is no base64 is passed over."""

    def __init__(self) -> None:
        self.is_sound = True
        self._left = b""
        self._is_padded = False

    def decode(self, part: bytes) -> bytes:
        if not self.is_sound:
            return b""
        if b"\\" in part or b" " in part:
            part = self._unescaped(part)
        letters = self._left + part
        whole = len(letters) & ~3
        self._left = letters[whole:]
        return self._decoded(letters[:whole])

    def end(self) -> bytes:
        return self._decoded(self._left + b"=" * (-len(self._left) % 4))

    def _decoded(self, letters: bytes) -> bytes:
        if not letters or not self.is_sound:
            return b""
        try:
            if self._is_padded:
                raise ValueError("more behind the padding")
            self._is_padded = letters.endswith(b"=")
            return a2b_base64(letters, strict_mode=True)
        except ValueError:
            self.is_sound = False
            return b""

    def _unescaped(self, part: bytes) -> bytes:
        try:
            found: str = json.loads(b'"%s"' % part, strict=False)
            return found.encode("ascii").translate(None, _BLANKS)
        except ValueError:
            self.is_sound = False
            return b""


def _string_ends(data: bytes, at: int) -> int:
    """Where the string ends that goes on at `at`: at its quotation mark, or before what may be half an escape."""
    quote = data.find(b'"', at)
    end = len(data) if quote < 0 else quote
    if data.find(b"\\", at, end) < 0:
        return end
    content = _CONTENT.match(data, at)
    assert content is not None, "it may be empty"
    cut = _CUT_ESCAPE.search(data, max(at, len(data) - 5)) if content.end() == len(data) else None
    return cut.start() if cut else content.end()


def _is_odd(text: bytearray) -> bool:
    """Whether an odd number of backslashes is at the end of `text`."""
    looked_at = 8
    while True:
        end = text[-looked_at:]
        backslashes = len(end) - len(end.rstrip(b"\\"))
        if backslashes < len(end) or len(end) == len(text):
            return backslashes % 2 == 1
        looked_at *= 8
