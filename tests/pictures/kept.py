"""Pictures that orders name, as if they had been fetched: for what shows them."""

import hashlib
import io
import random
import time
from collections.abc import Iterable, Mapping
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

from printalma.pictures.queries import key_of
from tests.support import database as db

SIDES = {"thumbnail": 96, "view": 1200}
_made: dict[int, tuple[bytes, Mapping[str, tuple[int, int, bytes]]]] = {}


def photograph(seed: int) -> Image.Image:
    """Something with the soft shades, the edges and the grain of a photograph: what compresses is light."""
    chance, size = random.Random(seed), (640, 480)
    tone = lambda: tuple(chance.randrange(256) for _ in range(3))  # noqa: E731
    image = Image.new("RGB", size, tone())
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        x, y, r = chance.randrange(size[0]), chance.randrange(size[1]), chance.randrange(10, 140)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tone())
    grain = Image.effect_noise(size, 60).convert("RGB")
    return Image.blend(image.filter(ImageFilter.GaussianBlur(3)), grain, 0.15)


def copies(seed: int) -> tuple[bytes, Mapping[str, tuple[int, int, bytes]]]:
    """A photograph's file, and what is made of it to be shown, each made once."""
    if seed not in _made:
        image, file, small = photograph(seed), io.BytesIO(), {}
        image.save(file, "JPEG")
        for name, side in SIDES.items():
            copy, packed = image.copy(), io.BytesIO()
            copy.thumbnail((side, side))
            copy.save(packed, "WEBP", quality=80)
            small[name] = (*copy.size, packed.getvalue())
        _made[seed] = file.getvalue(), small
    return _made[seed]


def name(database_url: str, order_id: int, address: str, rank: int = 0, state: str = "waiting") -> None:
    """The order names `address`."""
    source = {"key": key_of(address), "address": address, "host": "pictures.example", "state": state}
    if not db.select(database_url, "SELECT 1 FROM picture_sources WHERE key = :key", key=source["key"]):
        db.put(database_url, "picture_sources", ["key"], {**source, "attempts": 0, "named_at": 0})
    named = {"order_id": order_id, "key": source["key"], "rank": rank}
    db.put(database_url, "order_sources", ["order_id", "key"], named)


def arrive(database_url: str, address: str, seed: int, order_ids: Iterable[int] = ()) -> str:
    """The picture at `address` is kept, and screens that show these orders hear of it: its hash."""
    content, small = copies(seed)
    digest = hashlib.sha256(content).hexdigest()
    if not db.select(database_url, "SELECT 1 FROM pictures WHERE hash = :hash", hash=digest):
        whole = {
            "hash": digest,
            "size": len(content),
            "kind": "image/jpeg",
            "whole": True,
            "seen_at": int(time.time() * 1000),
        }
        copied = sum(len(data) for _w, _h, data in small.values())
        db.insert(database_url, "pictures", [{**whole, "width": 640, "height": 480, "copied_size": copied}])
        db.insert(database_url, "picture_pieces", [{"hash": digest, "n": 0, "data": content}])
        row = {"hash": digest, "kind": "image/webp"}
        db.insert(
            database_url,
            "picture_copies",
            [{**row, "copy": each, "width": w, "height": h, "data": data} for each, (w, h, data) in small.items()],
        )
    # What a process has begun to fetch is not its own any more.
    kept = "UPDATE picture_sources SET state = 'kept', hash = :hash, due_at = NULL, claimed_until = NULL"
    db.execute(database_url, f"{kept} WHERE key = :key", hash=digest, key=key_of(address))
    if orders := list(order_ids):
        db.append_events(database_url, [pictures_changed(orders)])
    return digest


def pictures_changed(order_ids: Iterable[int]) -> dict[str, Any]:
    """The event that says so."""
    return {"at": 0, "type": "PicturesChanged", "data": {"orders": list(order_ids)}, "mark": 1}


def lose(database_url: str, address: str) -> None:
    """The picture at `address` is given up."""
    lost = "UPDATE picture_sources SET state = 'lost', trouble = 'gone' WHERE key = :key"
    db.execute(database_url, lost, key=key_of(address))


def shown(database_url: str, order_id: int, seed: int) -> str:
    """The order has a picture: its hash."""
    address = f"https://pictures.example/{seed}.jpg"
    name(database_url, order_id, address)
    return arrive(database_url, address, seed)
