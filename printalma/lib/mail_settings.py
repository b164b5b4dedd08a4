"""What the environment says of mail: the server that takes it, who it is from, and how the two are kept private."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from printalma.lib.i18n import t

PORTS = {"starttls": 587, "tls": 465, "none": 25}
_NAMES = ("HOST", "PORT", "USER", "PASSWORD", "SENDER", "TLS")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9a-f:]{2,39}")
_SENDER = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, repr=False)
class MailSettings:
    """`tls` is one of PORTS."""

    host: str
    port: int
    tls: str
    sender: str
    user: str | None
    password: str | None


def read(environ: Mapping[str, str], fault: type[Exception]) -> MailSettings | None:
    """What the environment says; None where it says nothing. Raises `fault`, in one sentence without a password."""
    given = {name: said for name in _NAMES if (said := environ.get(f"SMTP_{name}", "").strip())}
    if not given:
        return None
    missing = [f"SMTP_{name}" for name in ("HOST", "SENDER") if name not in given]
    if missing or ("USER" in given) != ("PASSWORD" in given):
        raise fault(t("boot.smtp_missing", names=", ".join(missing or ("SMTP_USER", "SMTP_PASSWORD"))))
    if not environ.get("SHOP_URL", "").strip():
        raise fault(t("boot.smtp_without_address"))
    tls = given.get("TLS", "starttls").lower()
    port = given.get("PORT", str(PORTS.get(tls, 0)))
    for name, value, is_good in (
        ("HOST", given["HOST"], _HOST.fullmatch(given["HOST"])),
        ("SENDER", given["SENDER"], _SENDER.fullmatch(given["SENDER"])),
        ("TLS", tls, tls in PORTS),
        ("PORT", port, re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) < 65536),
    ):
        if not is_good:
            raise fault(t("boot.smtp_wrong", name=f"SMTP_{name}", value=value))
    if "USER" in given and tls == "none" and given["HOST"] not in _HERE:
        raise fault(t("boot.smtp_in_clear"))
    return MailSettings(given["HOST"], int(port), tls, given["SENDER"], given.get("USER"), given.get("PASSWORD"))
