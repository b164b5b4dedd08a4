"""Every environment variable: a wrong value stops the boot with one sentence."""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

import pytest

from printalma import config
from printalma.lib.limits import Limits
from tests.support.net import free_port
from tests.support.server import BIN, KEYS, ROOT, environment

POSTGRES = {"DATABASE_URL": "postgres://u:p@db.example:5432/shop"}
DYNO = {"DYNO": "web.1"} | KEYS | POSTGRES

MAIL = {"SMTP_HOST": "mail.example", "SMTP_SENDER": "shop@example.org", "SHOP_URL": "https://shop.example"}
WRONG: list[tuple[dict[str, str], str]] = [
    ({"DATABASE_URL": "mysql://db.example/shop"}, "DATABASE_URL doit commencer par"),
    ({"DATABASE_URL": "shop.db"}, "DATABASE_URL doit commencer par"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY est trop courte"),
    ({"JWT_SECRET": "j" * 31}, "JWT_SECRET est trop courte"),
    ({"SECRET_KEY": "a" * 64}, "SECRET_KEY se répète"),
    ({"JWT_SECRET": "0123456789abcdef" * 3}, "JWT_SECRET se répète"),
    ({"JWT_SECRET": "ab" * 20 + "c"}, "JWT_SECRET se répète"),
    ({"JWT_SECRET": KEYS["SECRET_KEY"]}, "sont égales"),
    ({"JWT_SECRET_FALLBACK": "j" * 31}, "JWT_SECRET_FALLBACK est trop courte"),
    ({"JWT_SECRET_FALLBACK": KEYS["SECRET_KEY"]}, "sont égales"),
    ({"METRICS_TOKEN": "a"}, "METRICS_TOKEN est trop court"),
    ({"METRICS_TOKEN_FALLBACK": "a"}, "METRICS_TOKEN_FALLBACK est trop court"),
    ({"VAPID_PRIVATE_KEY_FALLBACK": "too short"}, "VAPID_PRIVATE_KEY_FALLBACK doit"),
    ({"SHOP_CURRENCY": "EURO"}, "SHOP_CURRENCY=EURO"),
    ({"SHOP_CURRENCY": "eur"}, "SHOP_CURRENCY=eur"),
    ({"SHOP_TZ": "Dakar"}, "SHOP_TZ=Dakar"),
    ({"SHOP_TZ": "Europe"}, "SHOP_TZ=Europe"),
    ({"SHOP_TZ": "/etc/passwd"}, "SHOP_TZ=/etc/passwd"),
    ({"CORS_ORIGINS": "boutique.example"}, "« boutique.example »"),
    ({"CORS_ORIGINS": "https://boutique.example/"}, "« https://boutique.example/ »"),
    ({"CORS_ORIGINS": "https://a.example, https://*.example"}, "« https://*.example »"),
    ({"CORS_ORIGINS": "https://Boutique.example"}, "« https://Boutique.example »"),
    ({"CORS_ORIGINS": "*"}, "« * »"),
    ({"CORS_ORIGINS": "null"}, "« null »"),
    ({"SHOP_URL": "boutique.example"}, "SHOP_URL=boutique.example"),
    ({"SHOP_URL": "https://boutique.example/shop"}, "SHOP_URL=https://boutique.example/shop"),
    ({"GUEST_ORDERS_PER_MINUTE": "-1"}, "GUEST_ORDERS_PER_MINUTE=-1"),
    ({"TRUSTED_PROXIES": "yes"}, "TRUSTED_PROXIES=yes"),
    ({"PORT": "0"}, "PORT=0"),
    ({"PORT": "65536"}, "PORT=65536"),
    ({"PORT": "9" * 5000}, "PORT=999"),
    ({"WORKERS": "0"}, "WORKERS=0"),
    ({"WORKERS": "1.5"}, "WORKERS=1.5"),
    ({"VAPID_PRIVATE_KEY": "too short"}, "VAPID_PRIVATE_KEY doit"),
    ({"VAPID_SUBJECT": "awa@example.org"}, "VAPID_SUBJECT doit"),
    ({"VAPID_SUBJECT": "mailto:awa@localhost"}, "VAPID_SUBJECT doit"),
    ({"PUSH_HOSTS": "push.example.org, https://push.example.org/path"}, "« https://push.example.org/path »"),
    ({"PUSH_HOSTS": "*"}, "« * »"),
    ({"PICTURE_HOSTS": "http://images:8080, images"}, "PICTURE_HOSTS : « images »"),
    ({"PAYTECH_API_KEY": "a key"}, "Il manque PAYTECH_API_SECRET"),
    ({"PAYDUNYA_TOKEN": "a token"}, "Il manque PAYDUNYA_MASTER_KEY, PAYDUNYA_PRIVATE_KEY"),
    ({"ORANGE_MONEY_URL": "http://api.orange-sonatel.com"}, "ORANGE_MONEY_URL=http://"),
    ({"PAYTECH_URL": "https://paytech.sn@evil.example"}, "PAYTECH_URL=https://paytech.sn@"),
    ({"SMTP_HOST": "mail.example"}, "Il manque SMTP_SENDER"),
    ({**MAIL, "SMTP_USER": "shop"}, "Il manque SMTP_USER, SMTP_PASSWORD"),
    ({**MAIL, "SHOP_URL": ""}, "SHOP_URL"),
    ({**MAIL, "SMTP_SENDER": "Shop <a@b.c>"}, "SMTP_SENDER=Shop"),
    ({**MAIL, "SMTP_HOST": "mail.example/x"}, "SMTP_HOST=mail.example/x"),
    ({**MAIL, "SMTP_TLS": "yes"}, "SMTP_TLS=yes"),
    ({**MAIL, "SMTP_PORT": "99999"}, "SMTP_PORT=99999"),
    ({**MAIL, "SMTP_TLS": "none", "SMTP_USER": "a", "SMTP_PASSWORD": "b"}, "en clair"),
    ({"LOG_LEVEL": "loud"}, "LOG_LEVEL=loud"),
    ({"DYNO": "web.1", "SECRET_KEY": "...", **POSTGRES}, "SECRET_KEY manque"),
    ({"RENDER": "true", "JWT_SECRET": "...", **POSTGRES}, "JWT_SECRET manque"),
    ({"FLY_APP_NAME": "shop", "SECRET_KEY": "short", **POSTGRES}, "SECRET_KEY est trop courte"),
    ({"RAILWAY_ENVIRONMENT": "production"}, "semble éphémère"),
    ({"CONTAINER": "1", "ALLOW_SQLITE": "yes"}, "semble éphémère"),
]


@pytest.mark.parametrize(("wrong", "sentence"), WRONG, ids=lambda value: str(value)[:50])
def test_a_wrong_value_is_told_in_one_sentence(wrong: dict[str, str], sentence: str, tmp_path: Path) -> None:
    environ = {name: value for name, value in (KEYS | wrong).items() if value != "..."}
    with pytest.raises(config.ConfigError) as told:
        config.load(environ, tmp_path)
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        (["flask", "--app", "wsgi", "admin", "list"], {"SHOP_TZ": "Europe"}),
        (["gunicorn", "wsgi:app"], {"DYNO": "web.1"}),
        (["gunicorn", "wsgi:app"], {"DATABASE_URL": "postgres://"}),  # found by the worker, not by its master
    ],
    ids=str,
)
def test_a_wrong_value_stops_the_boot(wrong: dict[str, str], command: list[str], tmp_path: Path) -> None:
    environ = environment(f"sqlite:///{tmp_path / 'shop.db'}", PORT=str(free_port()), **wrong)
    program, *arguments = command
    done = subprocess.run(
        [BIN / program, *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.returncode not in (0, 3), "3 would make gunicorn start the worker again, for ever"
    said = [line for line in done.stderr.splitlines() if line.startswith("PrintAlma: ")]
    assert len(said) == 1, done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_what_holds_when_nothing_is_said(tmp_path: Path) -> None:
    found = config.load({"WEB_CONCURRENCY": "7"}, tmp_path)
    assert found.database_url == f"sqlite:///{tmp_path / 'printalma.db'}"
    assert (found.port, found.workers, found.trusted_proxies, found.limits.guest_orders_per_minute) == (3004, 1, 0, 60)
    assert (found.shop_name, found.shop_currency, str(found.shop_tz)) == ("PrintAlma", "EUR", "Europe/Paris")
    assert (found.cors_origins, found.platform, found.admin_email) == (frozenset(), None, None)


def test_an_empty_value_is_no_value(tmp_path: Path) -> None:
    empty = {"PORT": "", "SHOP_TZ": "", "SHOP_CURRENCY": "", "CORS_ORIGINS": "", "DATABASE_URL": "", "DYNO": ""}
    assert config.load(empty | KEYS, tmp_path) == config.load(KEYS, tmp_path)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_platform_is_believed_and_its_proxy_too(scheme: str, tmp_path: Path) -> None:
    found = config.load(DYNO | {"DATABASE_URL": f"{scheme}://u:p@db.example:5432/shop"}, tmp_path)
    assert found.database_url == "postgresql+psycopg://u:p@db.example:5432/shop"
    assert (found.platform, found.trusted_proxies) == ("DYNO", 1)
    assert config.load(DYNO | {"TRUSTED_PROXIES": "0"}, tmp_path).trusted_proxies == 0
    assert list(tmp_path.iterdir()) == [], "a platform's disk is no place for keys"


@pytest.mark.parametrize(
    ("mark", "hops"),
    [
        ("DYNO", 1),
        ("RENDER", 2),
        ("RAILWAY_ENVIRONMENT", 2),
        ("FLY_APP_NAME", 2),
        ("SCALINGO_APPLICATION_ID", 1),
        ("CONTAINER", 0),
    ],
)
def test_as_many_proxies_are_believed_as_the_platform_has(mark: str, hops: int, tmp_path: Path) -> None:
    found = config.load(KEYS | POSTGRES | {mark: "1", "CONTAINER": "1"}, tmp_path)
    assert (found.platform, found.trusted_proxies) == (mark, hops)
    assert config.load(KEYS | POSTGRES | {mark: "1", "TRUSTED_PROXIES": "3"}, tmp_path).trusted_proxies == 3


def test_a_volume_makes_sqlite_fine_on_a_platform(tmp_path: Path) -> None:
    found = config.load(KEYS | {"FLY_APP_NAME": "shop", "ALLOW_SQLITE": "1", "DATABASE_URL": "sqlite:////data/shop.db"})
    assert found.is_sqlite


def test_origins_are_a_list(tmp_path: Path) -> None:
    listed = " https://boutique.example,http://localhost:5173 ,"
    found = config.load(KEYS | {"CORS_ORIGINS": listed}, tmp_path).cors_origins
    assert found == {"https://boutique.example", "http://localhost:5173"}


def test_keys_are_made_once_even_by_twenty_boots_at_once(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: config.load({}, instance), range(20)))
    assert len({(settings.secret_keys, settings.jwt_secrets) for settings in found}) == 1
    assert found[0].secret_keys != found[0].jwt_secrets
    assert len(found[0].jwt_secrets[0]) >= 32
    files = sorted(instance.iterdir())
    assert [file.name for file in files] == ["jwt_secret", "secret_key"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert config.load({}, instance).jwt_secrets == found[0].jwt_secrets


def test_a_kept_key_that_is_renamed_stays_good_beside_a_new_one(tmp_path: Path) -> None:
    (old,) = config.load({}, tmp_path).jwt_secrets
    (tmp_path / "jwt_secret").rename(tmp_path / "jwt_secret_fallback")
    new, other = config.load({}, tmp_path).jwt_secrets
    assert other == old != new
    assert len(config.load(KEYS, tmp_path).jwt_secrets) == 1, "keys of the environment have their fallback there"


class Asked(dict[str, str]):
    """An environment that notes what it is asked for."""

    names: ClassVar[set[str]] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


def test_each_variable_is_documented(tmp_path: Path) -> None:
    config.load(Asked(KEYS), tmp_path)
    readme, limits = (ROOT / "README.md").read_text(), (ROOT / "docs/limits.md").read_text()
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", readme + limits))
    assert Asked.names - config.PLATFORMS.keys() - documented == set()
    for name, default in asdict(Limits()).items():
        assert re.search(rf"^\| `{name.upper()}`.*\| {default}\b", limits, re.MULTILINE), name
    first = " ".join(re.findall(r"^\| ([^|]+) \|", readme, re.MULTILINE))
    whole, begun = set(re.findall(r"`([A-Z_]+)`", first)), tuple(re.findall(r"`([A-Z_]+_)…`", first))
    bounds = {name.upper() for name in asdict(Limits())}
    assert {name for name in bounds - whole if not name.startswith(begun)} == set()
