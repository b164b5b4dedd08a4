"""Keys drawn by lot, and what looks like one and is none."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

FALLBACK = "_FALLBACK"
DIFFERENT_LETTERS = 6  # of 32 that were drawn by lot, even among ten digits, more are different


def repeats(key: str) -> bool:
    """Whether it is one letter, or one word, over and over."""
    return (key + key).find(key, 1) < len(key) or len(set(key)) < DIFFERENT_LETTERS


def both(environ: Mapping[str, str], name: str) -> dict[str, str]:
    """What the variable and its fallback say, in this order; what says nothing is left out."""
    return {each: said for each in (name, name + FALLBACK) if (said := environ.get(each))}


def read(file: Path) -> str | None:
    """The key in `file`; None without one."""
    return file.read_text().strip() if file.is_file() else None


def kept(file: Path) -> str:
    """The key in `file`, made if there is none. Linking a finished file lets two first boots agree on one key."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass  # another process was first: its key is the key
        finally:
            fresh.unlink()
    return file.read_text().strip()
