"""What texts are made of: signs nobody sees are left out, lines are joined, and words are compared by their letters."""

import re
import unicodedata
from functools import lru_cache

# What comes with pasting and shows nothing: soft hyphens, zero-width blanks, marks of direction, fillers.
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
)
_PRINTABLE = "\u034f\u115f\u1160\u3164\uffa0"  # those of them that Unicode counts among the signs one sees
# Joiners shape what follows a letter of a script that joins, or a picture; anywhere else they are unseen too.
_JOINS = "\u0600-\u109f\u1780-\u18af\u2190-\u2bff\ufe0f\U0001e900-\U0001e95f\U0001f000-\U0001faff"
# Flags of regions are spelt in signs of their own behind a black flag.
_FLAG = "\U0001f3f4[\U000e0020-\U000e007f]+"
_LEFT_OUT = re.compile(f"({_FLAG})|[{_UNSEEN}\U000e0000-\U000e007f]|(?<![{_JOINS}])[\u200c\u200d]+")
_NOT_COMPARED = re.compile(f"[{_UNSEEN}\u200c\u200d\ufe00-\ufe0f\U000e0000-\U000e0fff]+")

# What taking accents away does not take apart.
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th", "ı": "i"})
_SIGNS = str.maketrans(dict.fromkeys("'’‘ʼ`´") | dict.fromkeys("-‐‑–—", " "))
_ACCENTS = re.compile("[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670]+")
_NOT_IN_A_TEXT = re.compile("[\u0000-\u001f\u007f-\u009f\ud800-\udfff]+")


def visible(text: str) -> str:
    """`text` without what nobody sees. "dupe@example.org" and a zero-width blank once made a second account that
    nobody could sign in to, and a mark of direction turned the city behind a name around."""
    if text.isascii() or (text.isprintable() and not any(sign in text for sign in _PRINTABLE)):
        return text  # found out ten times as fast
    return _LEFT_OUT.sub(lambda found: found[1] or "", text)


def cut(text: str | None, most: int) -> str:
    """The beginning of a text, for where there is room for so many characters; none of nothing."""
    text = text or ""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def glued(text: str) -> str:
    """A French sentence whose guillemets begin and end no line alone."""
    return text.replace("« ", "«\u00a0").replace(" »", "\u00a0»")


def one_line(text: str) -> str:
    """`text` on one line: breaks become ", ", tabs a blank. A comma that is there does for the break behind it."""
    if text.isprintable():
        return text
    parts = (part.strip(" \t").rstrip(" \t,") for part in text.splitlines())
    words = (word.strip(" ") for word in ", ".join(part for part in parts if part).split("\t"))
    return " ".join(word for word in words if word)


def lines(text: str) -> str:
    """`text` with every kind of break as the one that keyboards make."""
    return text if text.isprintable() else "\n".join(text.splitlines())


def words(text: str) -> str:
    """`text` on one line, whatever a client sent: what no text holds is a blank."""
    return " ".join(visible(_NOT_IN_A_TEXT.sub(" ", text)).split())


def is_text(text: str) -> bool:
    """Whether a database keeps it as it is."""
    return not _NOT_IN_A_TEXT.search(text)


def bare(text: str) -> str:
    """`text` without anything unseen, joiners in any script included: an address has no use for them."""
    return text if text.isascii() else _NOT_COMPARED.sub("", text)


def alphabetical(text: str) -> tuple[str, str, str]:
    """What names are sorted by, as French does: by letters, then accents, then small letters before capitals. A
    database puts "école" behind "Zèbre", or is as old as its machine's locales."""
    return plain(text), unicodedata.normalize("NFD", text.casefold()), text.swapcase()


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """`text` as it is compared: "Chloé N'Guessan" and "CHLOE NGUESSAN" are the same."""
    return compared(text)


def compared(text: str) -> str:
    """The same for a text that nobody compares twice, and that is long."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", bare(text).casefold()).translate(_LETTERS)
        text = _ACCENTS.sub("", text)
    return _NOT_IN_A_TEXT.sub(" ", text.lower().translate(_SIGNS))
