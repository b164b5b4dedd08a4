"""Pictures that have been fetched, as far as pages can tell, and the news of it."""

import hashlib
import io
from collections.abc import Callable

import sqlalchemy as sa
from PIL import Image, ImageDraw

from printalma.db import Connection, table, transaction
from printalma.events import log
from printalma.events.types import PicturesChanged
from printalma.lib.clock import now
from printalma.pictures import models
from printalma.pictures.queries import key_of
from tests.support.inside import Inside


def keep(shop: Inside, address: str, color: str, size: tuple[int, int] = (600, 600)) -> str:
    """Have the picture at `address` as a plain one of this colour with a darker frame; its hash."""
    image = Image.new("RGB", size, color)
    ImageDraw.Draw(image).rectangle((4, 4, size[0] - 5, size[1] - 5), outline="#222222", width=8)
    file = io.BytesIO()
    image.save(file, "WEBP", lossless=True)
    data = file.getvalue()
    name = hashlib.sha256(data + address.encode()).hexdigest()
    pixels = {"width": size[0], "height": size[1]}
    picture = {"hash": name, "size": len(data), "kind": "image/webp", "whole": True, "seen_at": now()}
    copy = {"hash": name, "kind": "image/webp", "data": data} | pixels

    def work(tx: Connection) -> None:
        tx.execute(sa.insert(table(models.Picture)), picture | pixels | {"copied_size": 2 * len(data)})
        tx.execute(sa.insert(table(models.PictureCopy)), [copy | {"copy": each} for each in models.Copy])

    _do(shop, work)
    know(shop, address, models.SourceState.KEPT, name)
    return name


def know(shop: Inside, address: str, state: str, name: str | None = None, trouble: str | None = None) -> None:
    """What became of an address."""
    sources, named = table(models.PictureSource), table(models.OrderSource)
    source = {"key": key_of(address), "address": address, "host": "images.example.org", "state": state, "hash": name}
    more = {"trouble": trouble, "attempts": 1, "due_at": None, "claimed_until": None, "named_at": now()}

    def work(tx: Connection) -> None:
        for each in (named, sources):
            tx.execute(sa.delete(each).where(each.c.key == source["key"]))
        tx.execute(sa.insert(sources), source | more)

    _do(shop, work)


def tell(shop: Inside, *order_ids: int) -> None:
    """Say in the log that pictures of these orders came."""
    _do(shop, lambda tx: log.append(tx, PicturesChanged(orders=list(order_ids)), None))


def _do(shop: Inside, work: Callable[[Connection], object]) -> None:
    with shop.app.app_context():
        transaction(work)
