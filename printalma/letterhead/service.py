"""The shop's logo: what is sent is opened by the process that opens customers' pictures, and what that draws
is kept."""

import hashlib
from dataclasses import replace
from typing import IO, BinaryIO, cast

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.config import settings
from printalma.db import Connection, table, transactional
from printalma.events import log
from printalma.events.types import ShopChanged
from printalma.letterhead.models import ShopLogo
from printalma.lib.errors import Invalid
from printalma.lib.i18n import t
from printalma.pictures import decoding
from printalma.pictures.decoding import Small
from printalma.pictures.models import Copy
from printalma.pictures.troubles import FetchFailed

MAX_MEGAPIXELS = 40

_logo = table(ShopLogo)


def save(file: IO[bytes], actor: Actor) -> None:
    """Have papers show this picture. Raises Invalid for what is none."""
    _save(_drawn(file), actor)


@transactional
@once
def remove(tx: Connection, actor: Actor) -> None:
    if tx.execute(sa.delete(_logo)).rowcount:
        log.append(tx, ShopChanged(["logo"]), actor.id)


@transactional
@once
def _save(tx: Connection, drawn: Small, actor: Actor) -> None:
    tx.execute(sa.delete(_logo))
    name = hashlib.sha256(drawn.data).hexdigest()
    tx.execute(sa.insert(_logo), {"id": 1, "hash": name, **vars(drawn)})
    log.append(tx, ShopChanged(["logo"]), actor.id)


def _drawn(file: IO[bytes]) -> Small:
    limits = settings().limits
    most = min(limits.picture_megapixels or MAX_MEGAPIXELS, MAX_MEGAPIXELS)
    try:
        copies = decoding.copies(cast(BinaryIO, file), replace(limits, picture_megapixels=most)).copies
    except FetchFailed as failed:
        raise Invalid(t("letterhead.away" if failed.trouble.is_passing else "letterhead.no_picture")) from None
    if Copy.VIEW not in copies:  # an SVG with texts: there are no fonts here
        raise Invalid(t("letterhead.has_text"))
    return copies[Copy.VIEW]
