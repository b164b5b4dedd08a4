"""Every sentence a user reads comes from one gettext catalogue per language: printalma/translations/<language>/."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGE = "fr"
FOLDER = Path(__file__).parent.parent / "translations"


def t(key: str, **values: object) -> str:
    """The sentence filed under `key` ("orders.created"), its {names} filled in. KeyError for an unknown key."""
    found = _sentences().gettext(key)
    if found == key:
        raise KeyError(key)
    return found.format(**values) if values else found


def count(key: str, n: int, **values: object) -> str:
    """The sentence filed under `key` in the plural form of `n`, which is {n} in it, with a thin space between its
    thousands. KeyError for an unknown key."""
    found = _sentences().ngettext(key, key, n)
    if found == key:
        raise KeyError(key)
    return found.format(n=f"{n:,}".replace(",", "\u202f"), **values)


@lru_cache
def _sentences() -> Translations:
    """Read from the .po file: a platform that only installs packages compiles none."""
    compiled = BytesIO()
    with open(FOLDER / LANGUAGE / "LC_MESSAGES" / "messages.po", "rb") as file:
        write_mo(compiled, read_po(file, locale=LANGUAGE, abort_invalid=True))
    compiled.seek(0)
    return Translations(compiled)
