"""What looks the same on either database is tried on one by default, and on the other by `make test-all`. Tests with a
real server or a browser are so by themselves, on SQLite; where the database matters there, they say ON_BOTH."""

from typing import Any

import pytest

DATABASES = ("sqlite", "postgres")


def _mainly(first: str, other: str) -> Any:
    kinds = [first, pytest.param(other, marks=pytest.mark.matrix)]
    return pytest.mark.parametrize("database_kind", kinds, indirect=True)


ON_BOTH = pytest.mark.parametrize("database_kind", ["sqlite", "postgres"], indirect=True)
# What never comes near a database, or has one of its own kind.
ONLY_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ONLY_POSTGRES = pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
ON_SQLITE = _mainly("sqlite", "postgres")
ON_POSTGRES = _mainly("postgres", "sqlite")
