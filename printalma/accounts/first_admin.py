"""The first admin of a shop that was set up with `make run`: a password drawn by lot, and the file that remembers it
until somebody has chosen another."""

import os

from printalma.config import INSTANCE, settings

FILE = INSTANCE / "first_admin"


def keep(email: str, password: str) -> None:
    with os.fdopen(os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(f"{email}\n{password}\n")


def kept() -> tuple[str, str] | None:
    """E-mail and password, while nobody has chosen another."""
    try:
        email, password = FILE.read_text().split()
    except (OSError, ValueError):
        return None
    return email, password


def sign_in() -> tuple[str, str] | None:
    """E-mail and password of the first admin, where this machine knows them."""
    given = settings()
    if given.admin_email and given.admin_password:
        return given.admin_email, given.admin_password
    return kept()


def forget(email: str) -> None:
    """This user has another password: a file that says the first one only tells it to whoever copies the folder."""
    known = kept()
    if known is not None and known[0] == email:
        FILE.unlink(missing_ok=True)
