"""The shop's logo: what is sent is opened by the process that opens customers' pictures, and what that draws
is kept."""

import hashlib
from typing import IO

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.db import Connection, table, transactional
from printalma.events import log
from printalma.events.types import ShopChanged
from printalma.letterhead.models import ShopLogo
from printalma.pictures import uploads
from printalma.pictures.decoding import Small
from printalma.pictures.models import Copy

_logo = table(ShopLogo)


def save(file: IO[bytes], actor: Actor) -> None:
    """Have papers show this picture. Raises Invalid for what is none."""
    _save(uploads.drawn(file)[Copy.VIEW], actor)


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
