"""Every environment variable, read once. A wrong value stops the boot with one sentence."""

import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from printalma.lib import gateways, keys, mail_settings, money, origins, phones, push_settings
from printalma.lib.i18n import t
from printalma.lib.letters import one_line
from printalma.lib.limits import Limits

ROOT = Path(__file__).parent.parent
INSTANCE = ROOT / "instance"
# What tells a platform, and how many entries its routers add to X-Forwarded-For (docs/proxies.md has the sources).
# CONTAINER alone says nothing of a router: whoever reaches the port could say who they are.
PLATFORMS = {
    "DYNO": 1,
    "RENDER": 2,
    "RAILWAY_ENVIRONMENT": 2,
    "FLY_APP_NAME": 2,
    "SCALINGO_APPLICATION_ID": 1,
    "CONTAINER": 0,
}
PRIVATE_ROUTER = "RENDER"
KEY_BYTES = 32
TOKEN_LETTERS = 16
LEAST_CONNECTIONS = 3  # one listens, one writes, one reads
LOW_STOCK = 10
MIN_DPI = 150  # of a picture where it is printed; the shop may say otherwise
SETTINGS = "printalma.settings"
GUNICORN_APP_FAILED = 4  # gunicorn's own code for it: with any other it would start the worker again, for ever


class ConfigError(Exception):
    """One sentence for the owner about a setting that cannot work."""


@dataclass(frozen=True)
class Settings:
    """Of keys and tokens there may be two: the first signs, either is taken (docs/keys.md)."""

    database_url: str
    secret_keys: tuple[str, ...]
    jwt_secrets: tuple[str, ...]
    admin_email: str | None
    admin_password: str | None
    shop_name: str
    shop_currency: str
    shop_tz: ZoneInfo
    cors_origins: frozenset[str]
    trusted_proxies: int
    shop_url: str | None
    port: int
    database_connections: int
    workers: int
    log_level: str
    platform: str | None
    metrics_tokens: tuple[str, ...]
    push: push_settings.PushSettings
    mail: mail_settings.MailSettings | None
    gateways: gateways.Gateways
    limits: Limits
    picture_hosts: frozenset[str] = frozenset()
    shop_low_stock: int = LOW_STOCK
    shop_most_per_product: int = 0
    shop_min_dpi: int = MIN_DPI
    shop_waits: tuple[int, ...] = (24, 48, 72, 120)  # hours (shop.models)
    shop_reasons: tuple[str, ...] = ()
    named_country: str | None = None

    @cached_property
    def shop_country(self) -> str | None:
        """Where numbers without a country are dialled; None when nobody has said it, nor does the time zone."""
        return self.named_country or phones.region_of_zone(self.shop_tz.key)

    def __post_init__(self) -> None:
        if not set(self.secret_keys).isdisjoint(self.jwt_secrets):
            raise ConfigError(t("boot.keys_equal"))

    @property
    def connections_per_process(self) -> int:
        """PostgreSQL connections of one server process, its listening one included."""
        return max(LEAST_CONNECTIONS, self.database_connections // self.workers)

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def private_router(self) -> bool:
        """Whether a router with a private address, which is not counted, adds its entry behind those of the hops."""
        return self.platform == PRIVATE_ROUTER and self.trusted_proxies == PLATFORMS[PRIVATE_ROUTER]


def settings() -> Settings:
    """The settings of the running app. What the shop has saved of its own replaces the environment's (shop.service)."""
    found: Settings = _running()().extensions[SETTINGS]
    return found


@lru_cache
def _running() -> Any:
    """By which the running app is found. Flask is imported where there is one: gunicorn's master, which reads its
    configuration here, has none, and would keep 8 MB of it."""
    from flask import current_app

    return current_app._get_current_object  # type: ignore[attr-defined]


def load(environ: Mapping[str, str] = os.environ, instance: Path = INSTANCE) -> Settings:
    """Read and check the environment. Off a platform, missing keys are made in `instance`. Raises ConfigError."""
    platform = next((mark for mark in PLATFORMS if environ.get(mark)), None)
    return Settings(
        database_url=_database_url(environ, instance, platform),
        secret_keys=_keys(environ, "SECRET_KEY", instance, platform),
        jwt_secrets=_keys(environ, "JWT_SECRET", instance, platform),
        admin_email=environ.get("ADMIN_EMAIL") or None,
        admin_password=environ.get("ADMIN_PASSWORD") or None,
        shop_name=one_line(environ.get("SHOP_NAME", "")) or "PrintAlma",
        shop_currency=_currency(environ.get("SHOP_CURRENCY") or "EUR"),
        shop_tz=_zone(environ.get("SHOP_TZ") or "Europe/Paris"),
        cors_origins=origins.listed(environ, "CORS_ORIGINS", ConfigError),
        trusted_proxies=_whole(environ, "TRUSTED_PROXIES", PLATFORMS[platform] if platform else 0, 0),
        shop_url=origins.of_shop(environ, ConfigError),
        port=_whole(environ, "PORT", 3004, 1, 65535),
        database_connections=_whole(environ, "DATABASE_CONNECTIONS", 8, LEAST_CONNECTIONS, 10_000),
        workers=_whole(environ, "WORKERS", 1, 1),
        log_level=_log_level(environ.get("LOG_LEVEL") or "info"),
        platform=platform,
        metrics_tokens=_metrics_tokens(environ),
        push=push_settings.read(environ, ConfigError),
        mail=mail_settings.read(environ, ConfigError),
        gateways=gateways.read(environ, ConfigError),
        limits=_limits(environ),
        picture_hosts=origins.listed(environ, "PICTURE_HOSTS", ConfigError),
    )


def _database_url(environ: Mapping[str, str], instance: Path, platform: str | None) -> str:
    # As it comes out of a file or a form: with a line's end, between quotation marks.
    url = environ.get("DATABASE_URL", "").strip().strip("\"'") or f"sqlite:///{instance / 'printalma.db'}"
    scheme = url.partition("://")[0]
    if scheme == "sqlite":
        if platform and environ.get("ALLOW_SQLITE") != "1":
            raise ConfigError(t("boot.sqlite_on_platform", platform=platform))
        return url
    if scheme in ("postgres", "postgresql"):
        return f"postgresql+psycopg://{url.partition('://')[2]}"
    raise ConfigError(t("boot.database_url", scheme=scheme))


def _keys(environ: Mapping[str, str], name: str, instance: Path, platform: str | None) -> tuple[str, ...]:
    given, file = keys.both(environ, name), instance / name.lower()
    if name not in given and platform:
        raise ConfigError(t("boot.key_missing", name=name, platform=platform))
    if name not in given:
        former = keys.read(instance / (name + keys.FALLBACK).lower())
        given = {name: keys.kept(file)} | ({name + keys.FALLBACK: former} if former else {}) | given
    for each, key in given.items():
        if len(key.encode()) < KEY_BYTES:
            raise ConfigError(t("boot.key_short", name=each, bytes=KEY_BYTES))
        if keys.repeats(key):
            raise ConfigError(t("boot.key_repeats", name=each))
    return tuple(given.values())


def _metrics_tokens(environ: Mapping[str, str]) -> tuple[str, ...]:
    given = keys.both(environ, "METRICS_TOKEN")
    for name, token in given.items():
        if len(token) < TOKEN_LETTERS:
            raise ConfigError(t("boot.token_short", name=name, letters=TOKEN_LETTERS))
    return tuple(given.values())


def _currency(code: str) -> str:
    if not money.known(code):
        raise ConfigError(t("boot.currency", value=code))
    return code


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last: "Europe" is a folder
        raise ConfigError(t("boot.zone", value=name)) from None


def _limits(environ: Mapping[str, str]) -> Limits:
    defaults = asdict(Limits())
    return Limits(**{name: _whole(environ, name.upper(), default, 0) for name, default in defaults.items()})


def _whole(environ: Mapping[str, str], name: str, default: int, least: int, most: int = 1_000_000) -> int:
    given = environ.get(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,9}", given) or not least <= int(given) <= most:
        raise ConfigError(t("boot.whole", name=name, value=given, least=least, most=most))
    return int(given)


def _log_level(name: str) -> str:
    if name.lower() not in ("debug", "info", "warning", "error"):
        raise ConfigError(t("boot.log_level", value=name))
    return name.lower()
