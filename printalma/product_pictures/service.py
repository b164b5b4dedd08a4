"""What products look like: what is sent is opened by the process that opens customers' pictures, and what that draws
is kept."""

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import IO

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.catalog import queries as catalog
from printalma.catalog import service as products
from printalma.catalog.commands import SaveProduct
from printalma.catalog.models import ProductPicture
from printalma.db import Connection, table, transactional
from printalma.events import log
from printalma.events.types import ProductChanged
from printalma.lib.errors import FieldError, Invalid, NotFound
from printalma.lib.i18n import t
from printalma.pictures import uploads
from printalma.pictures.decoding import Small
from printalma.pictures.models import Copy

_pictures = table(ProductPicture)


def add(command: SaveProduct, file: IO[bytes] | None, actor: Actor) -> None:
    """A new product that looks like `file`. Raises Invalid, at its field, for what is no picture: nothing is saved."""
    try:
        drawn = uploads.drawn(file) if file else {}
    except Invalid as refused:
        raise Invalid(refused.message, errors=[FieldError("picture", refused.message)]) from None
    products.add(command, actor, also=partial(_keep, drawn=drawn))


def save(product_id: int, file: IO[bytes], actor: Actor) -> None:
    """Have a product look like this. Raises NotFound, and Invalid for what is no picture."""
    _replace(product_id, uploads.drawn(file), actor)


def remove(product_id: int, actor: Actor) -> None:
    _replace(product_id, {}, actor)


@transactional
@once
def _replace(tx: Connection, product_id: int, drawn: Mapping[Copy, Small], actor: Actor) -> None:
    product = catalog.by_id_for_update(tx, product_id)
    if product is None:
        raise NotFound(t("catalog.unknown"))
    gone = tx.execute(sa.delete(_pictures).where(_pictures.c.product_id == product_id)).rowcount
    _keep(tx, product_id, drawn)
    if gone or drawn:
        log.append(tx, ProductChanged(product_id, product.name, ["picture"]), actor.id)


def _keep(tx: Connection, product_id: int, drawn: Mapping[Copy, Small]) -> None:
    if drawn:
        name = hashlib.sha256(drawn[Copy.VIEW].data).hexdigest()
        rows = [{"product_id": product_id, "copy": copy, "hash": name, **vars(small)} for copy, small in drawn.items()]
        tx.execute(sa.insert(_pictures), rows)
