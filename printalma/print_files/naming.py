"""What files are called: names that every file system takes, whatever a customer called their picture."""

import re
import unicodedata

from printalma.lib.letters import words
from printalma.pictures.kinds import is_drawing

MAX_PART = 60  # characters of a view's or a picture's name
MAX_BYTES = 180  # of a whole name: file systems end at 255, and some store more than what one sees

_FORBIDDEN = re.compile(r'[<>:"/\\|?*%]+')
_BLANKS = re.compile(r"[\s_-]*-[\s_-]*|\s+")
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_ENDINGS = "png|jpe?g|jfif|gif|webp|svgz?|pdf|psd|ai|eps|tiff?|bmp|heic|avif|html?|exe|js"
_EXTENSION = re.compile(rf"\.(?:{_ENDINGS})$", re.IGNORECASE)

_KINDS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
# What no browser may show, by how it begins.
_BEGINNINGS = {
    b"%PDF-": "pdf",
    b"8BPS": "psd",
    b"II*\0": "tif",
    b"MM\0*": "tif",
    b"%!PS": "eps",
    b"BM": "bmp",
}


def part(text: str, otherwise: str = "") -> str:
    """A name, or a piece of one: nothing of a path, nothing unseen, no dot at either end; `otherwise` if nothing of it
    is left."""
    clean = unicodedata.normalize("NFC", words(_FORBIDDEN.sub("-", text[: 4 * MAX_PART])))
    clean = "".join(sign for sign in clean if sign.isprintable())[:MAX_PART]
    clean = _BLANKS.sub("-", clean).strip(" .-_~")
    return otherwise if not clean else f"_{clean}" if _RESERVED.fullmatch(clean) else clean


def stem(name: str) -> str:
    """A file's name without what says of which kind it is: that is told by its bytes."""
    return _EXTENSION.sub("", name.strip())


def file(name: str, extension: str) -> str:
    """A file's whole name; its end gives way where there is too little room."""
    room = MAX_BYTES - len(extension) - 1
    return f"{name.encode()[:room].decode(errors='ignore').rstrip(' .-')}.{extension}"


def unlike(name: str, taken: set[str]) -> str:
    """`name`, or one with a number that is not `taken` yet; from now on it is. File systems may not tell a from A."""
    base, _, extension = name.rpartition(".")
    found, n = name, 1
    while found.casefold() in taken:
        n += 1
        found = f"{base}-{n}.{extension}"
    taken.add(found.casefold())
    return found


def extension(kind: str | None, first: bytes) -> str:
    """What a file's name ends with, by its media type or its first bytes."""
    if kind in _KINDS:
        return _KINDS[kind]
    if is_drawing(first):
        return "svg"
    return next((word for beginning, word in _BEGINNINGS.items() if first.startswith(beginning)), "bin")
