"""Every sentence a user reads comes from one file: printalma/texts/fr.toml."""

import tomllib
from pathlib import Path

_FILE = Path(__file__).parent.parent / "texts" / "fr.toml"
_SENTENCES = tomllib.loads(_FILE.read_text(encoding="utf-8"))


def t(key: str, **values: object) -> str:
    """The sentence filed under `key` ("orders.created"), its {names} filled in. KeyError for an unknown key."""
    found = _SENTENCES
    for part in key.split("."):
        found = found[part]
    return str(found).format(**values) if values else str(found)


def count(key: str, n: int, **values: object) -> str:
    """`key`.one or `key`.many, by the French rule: zero and one are singular."""
    return t(f"{key}.{'one' if n < 2 else 'many'}", n=n, **values)
