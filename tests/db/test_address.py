"""DATABASE_URL as it is written in practice; what goes wrong is one sentence, and never the password."""

import os
from pathlib import Path
from typing import Any

import pytest

from printalma import config
from printalma.db import address
from tests.support.inside import flask, run
from tests.support.matrix import ON_POSTGRES
from tests.support.postgres import Postgres
from tests.support.server import KEYS

PLAIN: tuple[Any, ...] = ("u", "p", "db.example", 5432, "shop", {})
WRITTEN = {
    "postgres://u:p@db.example:5432/shop": PLAIN,
    "  postgresql://u:p@db.example:5432/shop\n": PLAIN,
    '"postgres://u:p@db.example:5432/shop"': PLAIN,
    "postgres://u:p@db.example:5432/shop?schema=public": PLAIN,
    "postgres://u:p@db.example:5432/shop?pgbouncer=true&connection_limit=1&pool_timeout=10": PLAIN,
    "postgres://u:p@db.example:5432/shop?sslmode=verify-full": (*PLAIN[:5], {"sslmode": "verify-full"}),
    "postgres://u:p@db.example:5432/shop?ssl=true": (*PLAIN[:5], {"sslmode": "require"}),
    "postgres://u:p@db.example:5432/shop?ssl=false": (*PLAIN[:5], {"sslmode": "disable"}),
    "postgres://u:p@db.example:5432/shop?sslmode=no-verify": (*PLAIN[:5], {"sslmode": "require"}),
    "postgres://u:p@db.example:5432/shop?application_name=a%20b": (*PLAIN[:5], {"application_name": "a b"}),
    "postgres://u:p@ss@db.example:5432/shop": ("u", "p@ss", *PLAIN[2:]),
    "postgres://u:p%40ss@db.example:5432/shop": ("u", "p@ss", *PLAIN[2:]),
    "postgres://u:p/a?b#c:d@db.example:5432/shop": ("u", "p/a?b#c:d", *PLAIN[2:]),
    "postgres://u:100%@db.example:5432/shop": ("u", "100%", *PLAIN[2:]),
    "postgres://u:p@db.example:5432/shop?application_name=a@b": (*PLAIN[:5], {"application_name": "a@b"}),
    "postgres://u.ref:p@db.example/shop": ("u.ref", "p", "db.example", None, "shop", {}),
    "postgres://u@[::1]:5432/shop": ("u", None, "::1", 5432, "shop", {}),
    "postgres:///shop?host=/run/postgresql": (None, None, None, None, "shop", {"host": "/run/postgresql"}),
}
WRONG = {
    "postgres://": "n'est pas une adresse de base de données complète",
    "postgres://u:secret@db.example": "n'est pas une adresse de base de données complète",
    "postgres://u:secret@db.example:port/shop": "n'est pas une adresse de base de données complète",
    "postgres://u:secret@db.example/shop?sslmod=require": "inconnus de PostgreSQL : sslmod",
}


@pytest.mark.parametrize("written", WRITTEN, ids=repr)
def test_an_address_is_read_as_it_was_meant(written: str, tmp_path: Path) -> None:
    found = address.parse(config.load(KEYS | {"DATABASE_URL": written}, tmp_path).database_url)
    assert (found.username, found.password, found.host, found.port, found.database, dict(found.query)) == WRITTEN[
        written
    ]


@pytest.mark.parametrize("written", WRONG)
def test_a_wrong_address_is_told_without_its_password(written: str, tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError) as told:
        address.parse(config.load(KEYS | {"DATABASE_URL": written}, tmp_path).database_url)
    assert WRONG[written] in str(told.value)
    assert "secret" not in str(told.value)


def refused(url: str) -> str:
    """What `flask setup` says of a database it cannot use, which is one sentence."""
    done = run(url, "setup")
    assert done.exit_code == 1, done.output
    assert "Traceback" not in done.stdout + done.stderr
    said = done.stderr.strip().splitlines()
    assert len(said) == 1, done.stderr
    return said[0]


@ON_POSTGRES
def test_a_server_that_refuses_is_named_with_its_own_words(database_kind: str, postgres: Postgres) -> None:
    if database_kind != "postgres":
        pytest.skip("about PostgreSQL")
    here = f"127.0.0.1:{postgres.port}"
    for url, words in {
        f"postgres://postgres:s3cret@{here}/nowhere": (here, "nowhere", "does not exist"),
        f"postgres://nobody:s3cret@{here}/postgres": (here, "postgres", "nobody"),
        "postgres://u:s3cret@127.0.0.1:1/shop": ("127.0.0.1:1", "shop", "refused"),
        "postgres://u:s3cret@db.invalid/shop": ("db.invalid:5432", "shop", "db.invalid"),
    }.items():
        said = refused(url)
        assert all(word in said for word in words), said
        assert "s3cret" not in said
    flask(postgres.create("raw-password").replace("postgres@", "postgres:p@ss#1@"), "setup")


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "volume" / "shop.db"
    assert str(missing) in refused(f"sqlite:///{missing}")
    if os.geteuid() != 0:  # root may write anywhere
        (tmp_path / "sealed").mkdir(mode=0o500)
        sealed = tmp_path / "sealed" / "shop.db"
        assert str(sealed) in refused(f"sqlite:///{sealed}")
    no_database = tmp_path / "text.db"
    no_database.write_text("what is no database at all, and longer than a header of SQLite's would be: " * 20)
    assert str(no_database) in refused(f"sqlite:///{no_database}")
