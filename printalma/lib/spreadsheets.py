"""Files that spreadsheets read, as a French Excel does: semicolons, and nothing that a customer wrote is calculated."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

SEPARATOR = ";"
BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's old code page

# What a spreadsheet takes for a formula (OWASP, "CSV Injection"), also behind blanks and in full width.
_FORMULA = r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62-\ufe66\ufe6b\u2212]"
_CALCULATED = re.compile(rf"[\s\u200b-\u200f\u2060\ufeff]*{_FORMULA}|\s")
# The same within a cell, for who reads the file with another separator: an English Excel cuts at commas.
_CALCULATED_WITHIN = re.compile(rf'([,;|\t\r\n][\s"]*)({_FORMULA})')
_GUARD = re.compile(rf"([,;|\t\r\n][\s\"]*)'(?={_FORMULA})")

# Digits with nothing beside them but signs and words of dates, times and currencies: Excel and LibreOffice would make
# 3 May of 3-5 and a power of ten of 12E4. Plain short numbers look the same as a number.
_WORD = r"[^\W\d_]{1,3}+(?![^\W\d_])"
_MONTH_OR_DAY = (
    r"(?:jan|f\wv|feb|mar|apr|avr|ma[iy]|ju[inl]|ao\w|aug|sep|oct|nov|d\wc|"
    r"lun|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[^\W\d_]*+"
)
_CONVERTED = re.compile(
    rf"(?=\D*\d)(?:[\d\s.,:/()%'’€$£#+-]|{_WORD}|{_MONTH_OR_DAY})+|true|false|vrai|faux", re.IGNORECASE
)
_SHORT_NUMBER = re.compile("0|[1-9][0-9]{0,10}")

# Telephone numbers, and words of whose they are.
_NUMBER = re.compile(r"\(?\+?\(?\d(?:[\d\s.,:;/()+-]|[^\W\d_](?!\())*")

# In front of what would be converted: no spreadsheet reads a number or a date behind it, and nobody sees it.
# LibreOffice sees through a no-break space and shows a gap for a tab; both it and Excel show an apostrophe.
UNSEEN = "\u200b"


def as_text(value: str | None) -> str:
    """A cell that every reader shows as it was typed, but for an apostrophe where it would be calculated."""
    if not value:
        return ""
    text = _CALCULATED_WITHIN.sub(_guarded, value)
    if _CALCULATED.match(value):
        return f"'{text}"
    converted = _CONVERTED.fullmatch(value) and not _SHORT_NUMBER.fullmatch(value)
    return f"{UNSEEN}{text}" if converted else text


def as_phone(value: str) -> str:
    """A cell with a telephone number, or several, perhaps with whose they are: its plus and its zeros stay, and nobody
    sees how. It is no formula: what a spreadsheet calls a function has letters in front of a bracket."""
    text = _CALCULATED_WITHIN.sub(_guarded, value)
    return f"{UNSEEN}{text}" if _NUMBER.fullmatch(value) else as_text(value)


def _guarded(found: re.Match[str]) -> str:
    """A message is often a list of lines that begin with a dash: there the guard is not seen."""
    return f"{found[1]}{UNSEEN if found[2] in '+-' else chr(39)}{found[2]}"


def lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows of cells (RFC 4180)."""
    written = StringIO()
    csv.writer(written, delimiter=SEPARATOR).writerows(rows)
    return written.getvalue()


def as_typed(cell: str) -> str:
    """A cell of a file that came back, without what `as_text` put into it."""
    text = cell.replace(UNSEEN, "")
    if text.startswith("'") and _CALCULATED.match(text[1:]):
        text = text[1:]
    return _GUARD.sub(r"\1", text)
