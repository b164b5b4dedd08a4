"""The names of the ways to pay."""

from printalma.lib.i18n import t
from printalma.orders.commands import PAYMENTS


def label(method: str) -> str:
    """A way to pay in words: ours where we know it, else the name under which a front end sent it."""
    return t(f"payments.{method}") if method in PAYMENTS else method
