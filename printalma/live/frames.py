"""WebSocket frames as a server writes them (RFC 6455, 5.2): unmasked, unfragmented, encoded once for everybody."""

import struct

RESTART, TOO_SLOW, OUR_FAULT, ENDED = 1012, 1013, 1011, 4401
POLICY, TOO_BIG = 1008, 1009  # more than one peer may send: docs/limits.md
PING = b"\x89\x00"

_TEXT, _CLOSE = 0x81, 0x88


def text(message: str) -> bytes:
    """A whole text message in one frame, uncompressed."""
    return _frame(_TEXT, message.encode())


def html(fragments: str) -> bytes:
    """Fragments of a page in one frame, of ASCII alone: readers decode it ten times as fast as a text with one accent,
    and keep it in half the memory."""
    return _frame(_TEXT, fragments.encode("ascii", "xmlcharrefreplace"))


def texts(data: bytes) -> list[str]:
    """The messages in whole frames that `text` made."""
    found = []
    while data:
        size, start = data[1], 2
        if size == 126:
            size, start = struct.unpack_from("!H", data, 2)[0], 4
        elif size == 127:
            size, start = struct.unpack_from("!Q", data, 2)[0], 10
        found.append(data[start : start + size].decode())
        data = data[start + size :]
    return found


def close(code: int) -> bytes:
    """A close frame with one of the contract's codes."""
    return _frame(_CLOSE, struct.pack("!H", code))


def _frame(opcode: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((opcode, size)) + payload
    if size < 1 << 16:
        return struct.pack("!BBH", opcode, 126, size) + payload
    return struct.pack("!BBQ", opcode, 127, size) + payload
