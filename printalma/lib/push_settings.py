"""What the environment says of push notifications: the shop's own key, whom vendors may write to, more vendors."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from printalma.lib import keys, origins
from printalma.lib.i18n import t

_HOST = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+")
_KEY = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")  # 32 bytes in base64url, as key generators print them
# What vendors take: Apple answers 403 to an address with a space or of localhost.
_SUBJECT = re.compile(r"mailto:[^@\s<>]+@[\w-]+(\.[\w-]+)+|https://[\w-]+(\.[\w-]+)+")


@dataclass(frozen=True)
class PushSettings:
    private_keys: tuple[str, ...]
    subject: str | None
    hosts: frozenset[str]


def read(environ: Mapping[str, str], fault: type[Exception]) -> PushSettings:
    """What the environment says. Raises `fault`, with one sentence that names no key's value."""
    private_keys, subject = keys.both(environ, "VAPID_PRIVATE_KEY"), environ.get("VAPID_SUBJECT") or None
    for name, key in private_keys.items():
        if not _KEY.fullmatch(key):
            raise fault(t("boot.vapid_private_key", name=name))
    if subject and not _SUBJECT.fullmatch(subject):
        raise fault(t("boot.vapid_subject"))
    hosts = origins.split(environ.get("PUSH_HOSTS", ""))
    for host in hosts:
        if not _HOST.fullmatch(host) and not origins.ORIGIN.fullmatch(host):
            raise fault(t("boot.push_host", value=host))
    return PushSettings(tuple(private_keys.values()), subject, hosts)
