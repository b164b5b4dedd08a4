"""Every sentence a user reads comes from one gettext catalogue per language: printalma/translations/<language>/."""

from collections.abc import Callable
from functools import lru_cache
from gettext import c2py
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGE = "fr"
FOLDER = Path(__file__).parent.parent / "translations"


def t(key: str, **values: object) -> str:
    """The sentence filed under `key` ("orders.created"), its {names} filled in. KeyError for an unknown key."""
    found = _catalogue()[0][key, 0]
    return found.format(**values) if values else found


def count(key: str, n: int, **values: object) -> str:
    """The sentence filed under `key` in the plural form of `n`, which is {n} in it, with a thin space between its
    thousands. KeyError for an unknown key."""
    sentences, form_of = _catalogue()
    return sentences[key, form_of(n)].format(n=f"{n:,}".replace(",", "\u202f"), **values)


@lru_cache
def _catalogue() -> tuple[dict[tuple[str, int], str], Callable[[int], int]]:
    """The sentences by key and form, and which form a number has. Read from the .po file: a platform that only
    installs packages compiles none."""
    with open(FOLDER / LANGUAGE / "LC_MESSAGES" / "messages.po", "rb") as file:
        catalogue = read_po(file, locale=LANGUAGE, abort_invalid=True)
    sentences: dict[tuple[str, int], str] = {}
    for message in catalogue:
        key = message.id[0] if message.pluralizable else message.id
        forms = message.string if message.pluralizable else (message.string,)
        sentences |= {(str(key), form): str(words) for form, words in enumerate(forms or ()) if key}
    return sentences, c2py(catalogue.plural_expr)
