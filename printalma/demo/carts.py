"""Who orders, and what: carts, as a front end sends them (docs/contract.md, "Orders")."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from printalma.demo.artwork import dressed
from printalma.demo.people import FIRST_NAMES, LAST_NAMES, NOTES, PLACES, STREETS

PAYMENTS = ("CASH_ON_DELIVERY",) * 6 + ("PAYTECH",) * 3 + ("OTHER",)
DRESSED = 1 / 3  # of the carts come from a front end whose customers draw


@dataclass(frozen=True, slots=True)
class Product:
    id: int
    sizes: Sequence[str]
    colors: Sequence[str]
    price: float | None = None  # as the wire says it; None where nobody knows


@dataclass(frozen=True, slots=True)
class Customer:
    first_name: str
    last_name: str
    email: str
    phone: str
    street: str
    city: str
    country: str


def customer(serial: int, chance: random.Random) -> Customer:
    city, country, code = chance.choice(PLACES)
    number = f"{chance.randrange(10**7, 10**8):08}"
    return Customer(
        first_name=chance.choice(FIRST_NAMES),
        last_name=chance.choice(LAST_NAMES),
        email=f"client{serial}@example.org",
        phone=f"+{code} 7{number[0]} {number[1:4]} {number[4:6]} {number[6:]}",
        street=f"{1 + int(chance.random() * 98)} {chance.choice(STREETS)}",
        city=city,
        country=country,
    )


def cart(who: Customer, products: Sequence[Product], chance: random.Random) -> dict[str, Any]:
    """One to three products, the first of the catalogue more often than the last."""
    wanted = min(len(products), chance.choice((1, 1, 1, 1, 2, 2, 3)))
    chosen = sorted({int(len(products) * chance.random() ** 1.6) for _ in range(wanted)})
    plain = {
        "shippingDetails": {
            "firstName": who.first_name,
            "lastName": who.last_name,
            "street": who.street,
            "city": who.city,
            "country": who.country,
        },
        "phoneNumber": who.phone,
        "email": who.email,
        "notes": chance.choice(NOTES),
        "orderItems": [_line(products[n], chance) for n in chosen],
        "paymentMethod": chance.choice(PAYMENTS),
    }
    if chance.random() >= DRESSED:
        return plain
    return dressed(plain, {product.id: product.price for product in products}, chance)


def _line(product: Product, chance: random.Random) -> dict[str, Any]:
    return {
        "productId": product.id,
        "quantity": chance.choice((1, 1, 1, 2, 3)),
        "size": chance.choice(product.sizes) if product.sizes else None,
        "color": chance.choice(product.colors) if product.colors else None,
    }
