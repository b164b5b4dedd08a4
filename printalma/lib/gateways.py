"""The keys of payment providers, as the environment gives them: all of one provider's, or none of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeVar

from printalma.lib.i18n import t

# Keys travel there: in clear only to this very machine.
_ADDRESS = re.compile(r"(https://[a-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?(/[A-Za-z0-9._-]+)*")


@dataclass(frozen=True, repr=False)
class PayTech:
    url: str
    api_key: str
    api_secret: str


@dataclass(frozen=True, repr=False)
class PayDunya:
    url: str
    master_key: str
    private_key: str
    token: str


@dataclass(frozen=True, repr=False)
class OrangeMoney:
    """`callback_secret` is what Orange signs its messages with."""

    url: str
    client_id: str
    client_secret: str
    callback_secret: str


@dataclass(frozen=True, repr=False)
class Gateways:
    """The providers that may report payments to this shop."""

    paytech: PayTech | None = None
    paydunya: PayDunya | None = None
    orange_money: OrangeMoney | None = None


Keys = TypeVar("Keys", PayTech, PayDunya, OrangeMoney)


def read(environ: Mapping[str, str], fault: type[Exception]) -> Gateways:
    """What the environment says. Raises `fault`, with one sentence that names no key's value."""
    return Gateways(
        _read(PayTech, "PAYTECH", "https://paytech.sn/api", environ, fault),
        _read(PayDunya, "PAYDUNYA", "https://app.paydunya.com/api/v1", environ, fault),
        _read(OrangeMoney, "ORANGE_MONEY", "https://api.orange-sonatel.com", environ, fault),
    )


def _read(
    kind: type[Keys], prefix: str, address: str, environ: Mapping[str, str], fault: type[Exception]
) -> Keys | None:
    names = {field.name: f"{prefix}_{field.name.upper()}" for field in fields(kind)}
    given: dict[str, str] = {
        name: said for name, variable in names.items() if (said := environ.get(variable, "").strip())
    }
    url = given.pop("url", address).rstrip("/")
    if not _ADDRESS.fullmatch(url):
        raise fault(t("boot.gateway_url", name=names["url"], value=url))
    if not given:
        return None
    missing = [variable for name, variable in names.items() if name not in {*given, "url"}]
    if missing:
        raise fault(t("boot.gateway_keys", names=", ".join(missing)))
    return kind(url=url, **given)
