"""Origins (RFC 6454), as the environment gives them: the shop's own, and those of others."""

import re
from collections.abc import Mapping

from printalma.lib.i18n import t

ORIGIN = re.compile(r"https?://[a-z0-9.\[\]:_-]+")  # as browsers write it: in small letters, with nothing behind


def listed(environ: Mapping[str, str], name: str, fault: type[Exception]) -> frozenset[str]:
    """The origins that a variable lists. Raises `fault` for what is none."""
    origins = split(environ.get(name, ""))
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise fault(t("boot.origin", name=name, value=origin))
    return origins


def of_shop(environ: Mapping[str, str], fault: type[Exception]) -> str | None:
    """SHOP_URL. Raises `fault` for what is no origin."""
    given = environ.get("SHOP_URL", "")
    address = given.strip().removesuffix("/")
    if address and not ORIGIN.fullmatch(address):
        raise fault(t("boot.shop_url", value=given))
    return address or None


def split(listed: str) -> frozenset[str]:
    """The names of a list with commas."""
    return frozenset(name.strip() for name in listed.split(",") if name.strip())
