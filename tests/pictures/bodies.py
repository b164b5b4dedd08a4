"""Orders with pictures in them, as the shop's front end sends them."""

import base64
import copy
import hashlib
import json
import random
from typing import Any

from tests.support.client import cart

PNG = b"\x89PNG\r\n\x1a\n"


def png(size: int = 3_000, seed: int = 1) -> bytes:
    """What begins like a picture."""
    return PNG + random.Random(seed).randbytes(size - len(PNG))


def data_url(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def with_pictures(*pictures: str, **fields: Any) -> dict[str, Any]:
    """A cart whose line has these on one side."""
    found = copy.deepcopy(cart(**fields))
    elements = [{"id": f"element-{n}", "type": "image", "imageUrl": each} for n, each in enumerate(pictures)]
    found["orderItems"][0]["designElementsByView"] = {"34-87": elements}
    return found


def raw(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
