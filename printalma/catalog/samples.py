"""A small believable catalogue. Product 1 has untracked stock, the others are counted, one of them by its sizes
(docs/contract.md, "Environment and commands")."""

from typing import Any

from printalma.catalog import queries, service
from printalma.catalog.commands import SaveProduct
from printalma.db import reading
from printalma.lib import money
from printalma.lib.i18n import t

_SIZES = ["S", "M", "L", "XL"]
_SAMPLES: list[dict[str, Any]] = [
    {"key": "tshirt", "cents": 2490, "sizes": _SIZES, "colors": "white_black_red", "stock": None},
    {"key": "hoodie", "cents": 4900, "sizes": _SIZES, "colors": "black_grey", "stock": 400},
    {"key": "mug", "cents": 1250, "sizes": [], "colors": "white_blue", "stock": 600},
    {"key": "tote", "cents": 1400, "sizes": [], "colors": "natural", "stock": 500},
    {"key": "poster", "cents": 1990, "sizes": ["A3", "A2"], "colors": "", "stock": 800, "each": 400},
    {"key": "cap", "cents": 1800, "sizes": [], "colors": "black_red", "stock": 300},
]


def add_samples(currency: str) -> int:
    """Fill an empty catalogue; returns how many products were added, 0 when there were some already."""
    with reading() as connection:
        if not queries.is_empty(connection):
            return 0
    for sample in _SAMPLES:
        service.add(_command(sample, currency), None)
    return len(_SAMPLES)


def _command(sample: dict[str, Any], currency: str) -> SaveProduct:
    colors = [t(f"samples.colors.{name}") for name in sample["colors"].split("_") if name]
    return SaveProduct.parse(
        {
            "name": t(f"samples.{sample['key']}.name"),
            "description": t(f"samples.{sample['key']}.description"),
            # In a currency without decimals a T-shirt at 25 would be a gift: 100 units of it stand for a euro.
            "price": max(sample["cents"], money.convert(sample["cents"], "EUR", currency)),
            "sizes": sample["sizes"],
            "colors": colors,
            "stock": sample["stock"],
            "byVariant": "each" in sample,
            "variants": [_count(size, sample["each"]) for size in sample["sizes"] if "each" in sample],
        }
    )


def _count(size: str, n: int) -> dict[str, Any]:
    return {"size": size, "color": "", "was": None, "stock": n}
