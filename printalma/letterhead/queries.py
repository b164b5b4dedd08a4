"""Reading what papers say of the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, Row, table
from printalma.letterhead.models import ShopLogo
from printalma.shop import queries as shop
from printalma.web.pages import beside

_logo = table(ShopLogo)
_HEAD: sa.Select[Any] = sa.select(_logo.c.hash, _logo.c.width, _logo.c.height)
_WHOLE: sa.Select[Any] = sa.select(_logo.c.kind, _logo.c.data).where(_logo.c.hash == sa.bindparam("hash"))


@dataclass(frozen=True)
class Letterhead:
    address: Sequence[str]
    phone: str | None
    logo: Row | None


def letterhead(connection: Connection) -> Letterhead:
    row = shop.row(connection)
    return Letterhead((row.address or "").splitlines(), row.phone, _logo_of(connection))


def present() -> Row | None:
    """The logo there is, for a page that is being drawn."""
    with beside() as connection:
        return _logo_of(connection)


def picture(connection: Connection, name: str) -> Row | None:
    found: Row | None = connection.execute(_WHOLE, {"hash": name}).first()
    return found


def _logo_of(connection: Connection) -> Row | None:
    found: Row | None = connection.execute(_HEAD).first()
    return found
