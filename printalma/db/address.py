"""DATABASE_URL as it is written in practice: by providers, by an older stack (Prisma), and by hand.

A password may hold any character unencoded. Parameters are libpq's; what only other libraries know is translated or
left out, and what nobody knows is refused: a misspelt `sslmode` must not go unnoticed.
"""

import re
from typing import Any
from urllib.parse import parse_qsl, unquote

import sqlalchemy as sa

from printalma.config import ConfigError
from printalma.lib.i18n import t

# The shortest password for which the rest is an address: neither host nor database holds an @.
_ADDRESS = re.compile(
    r"(?:(?P<user>[^:@/]*)(?::(?P<password>.*?))?@)?"
    r"(?P<host>\[[0-9a-fA-F:.%]+\]|[^@:/?\[\]]*)(?::(?P<port>[0-9]{1,5}))?"
    r"(?:/(?P<database>[^@?/]*))?(?:\?(?P<query>.*))?"
)
# Prisma's, node-postgres', Supabase's: how their own pools work, which say nothing to PostgreSQL.
OTHERS = (
    *("pgbouncer", "connection_limit", "pool_timeout", "socket_timeout", "statement_cache_size"),
    *("sslaccept", "sslidentity", "supa", "uselibpqcompat", "pool_mode", "single_use_connections"),
)
# node-postgres' words for encryption, and libpq's.
SSL = {"true": "require", "1": "require", "false": "disable", "0": "disable"}
SSL_MODES = {"no-verify": "require"}


def parse(url: str) -> sa.URL:
    """The address of the database. Raises ConfigError, which names no password."""
    scheme, _, rest = url.partition("://")
    if scheme.startswith("sqlite"):
        return _sqlite(url)
    found = _ADDRESS.fullmatch(rest)
    if found is None or not found["database"]:
        raise ConfigError(t("boot.database_malformed"))
    return sa.URL.create(
        scheme,
        username=_plain(found["user"]),
        password=_plain(found["password"]),
        host=found["host"].strip("[]") or None,
        port=int(found["port"]) if found["port"] else None,
        database=_plain(found["database"]),
        query=_parameters(found["query"] or ""),
    )


def named(url: sa.URL) -> dict[str, Any]:
    """What a sentence may say of an address."""
    return {"host": url.host or "localhost", "port": url.port or 5432, "database": url.database}


def _sqlite(url: str) -> sa.URL:
    try:
        found = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        found = None
    if found is None or not found.database:
        raise ConfigError(t("boot.database_malformed"))
    return found


def _parameters(query: str) -> dict[str, str]:
    from psycopg.pq import Conninfo  # not above: a shop on SQLite starts a sixth of a second sooner without it

    given = {name: value for name, value in parse_qsl(query) if name not in OTHERS}
    if "ssl" in given:
        given.setdefault("sslmode", SSL.get(given.pop("ssl"), "require"))
    if "sslmode" in given:
        given["sslmode"] = SSL_MODES.get(given["sslmode"], given["sslmode"])
    if given.get("schema") == "public":
        del given["schema"]
    unknown = given.keys() - {option.keyword.decode() for option in Conninfo.get_defaults()}
    if unknown:
        raise ConfigError(t("boot.database_parameter", names=", ".join(sorted(unknown))))
    return given


def _plain(text: str | None) -> str | None:
    return unquote(text) if text else None
