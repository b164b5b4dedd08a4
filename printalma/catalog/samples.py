"""A small believable catalogue. Product 1 has untracked stock, the others are counted (contract, "setup")."""

from typing import Any

from printalma.catalog import queries, service
from printalma.catalog.commands import SaveProduct
from printalma.db import reading
from printalma.lib import money
from printalma.lib.text import t

_SIZES = ["S", "M", "L", "XL"]
_SAMPLES: list[dict[str, Any]] = [
    {"key": "tshirt", "euros": "24.90", "sizes": _SIZES, "colors": "white_black_red", "stock": None},
    {"key": "hoodie", "euros": "49.00", "sizes": _SIZES, "colors": "black_grey", "stock": 400},
    {"key": "mug", "euros": "12.50", "sizes": [], "colors": "white_blue", "stock": 600},
    {"key": "tote", "euros": "14.00", "sizes": [], "colors": "natural", "stock": 500},
    {"key": "poster", "euros": "19.90", "sizes": ["A3", "A2"], "colors": "", "stock": 800},
    {"key": "cap", "euros": "18.00", "sizes": [], "colors": "black_red", "stock": 300},
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
    # In a currency without decimals a T-shirt at 25 would be a gift: 100 units of it stand for a euro.
    amount = sample["euros"] if money.parse("0.5", currency) is not None else str(int(float(sample["euros"]) * 100))
    colors = [t(f"samples.colors.{name}") for name in sample["colors"].split("_") if name]
    return SaveProduct.parse(
        {
            "name": t(f"samples.{sample['key']}.name"),
            "description": t(f"samples.{sample['key']}.description"),
            "price": money.parse(amount, currency),
            "sizes": sample["sizes"],
            "colors": colors,
            "stock": sample["stock"],
        }
    )
