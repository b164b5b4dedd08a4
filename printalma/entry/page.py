"""What the form shows in which an order is typed in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from printalma.catalog import queries as catalog
from printalma.config import settings
from printalma.db import Connection
from printalma.delivery import service as delivery
from printalma.entry import form
from printalma.lib import money
from printalma.lib.i18n import t
from printalma.orders import payments
from printalma.orders.commands import PAYMENTS
from printalma.placing.taken import Channel, label
from printalma.web.routing import url_for

MORE = ("email", "company", "apartment", "postal_code", "region", "country")  # what is seldom said on the telephone


@dataclass(frozen=True)
class Offered:
    """A product as it is typed, with what the page's script fills in when it is chosen."""

    value: str
    price: int
    typed_price: str
    sizes: str
    colors: str
    picture: str | None


@dataclass(frozen=True)
class Option:
    value: str
    words: str
    fee: str | None = None


def shown(connection: Connection, fields: Mapping[str, str]) -> dict[str, Any]:
    """What the form's template needs beside `fields`."""
    zones = [_zone(choice) for choice in delivery.choices(connection)]
    pictures = catalog.pictures(connection)
    return {
        "rows": form.rows(fields),
        "products": [_offered(product, pictures) for product in catalog.everything(connection) if product.active],
        "zones": zones and [Option("", t("entry.no_zone")), *zones],
        "payments": [Option(method, payments.label(method)) for method in PAYMENTS],
        "channels": [Option(channel.value, label(channel)) for channel in Channel],
        "more": any(fields.get(name) for name in MORE),
        "currency": settings().shop_currency,
    }


def _offered(product: Any, pictures: Mapping[int, str]) -> Offered:
    typed, name = money.typed(product.price, settings().shop_currency), pictures.get(product.id)
    picture = name and url_for("product_pictures.copy", product_id=product.id, name=name, copy="thumbnail")
    options = _json(product.sizes), _json(product.colors)
    return Offered(catalog.offered_as(product), product.price, typed, *options, picture)


def _zone(choice: delivery.Choice) -> Option:
    currency = settings().shop_currency
    words = f"{choice.label} · {money.shown(choice.fee, currency)}"
    return Option(choice.id, words, money.typed(choice.fee, currency))


def _json(values: list[str]) -> str:
    return json.dumps(values, ensure_ascii=False)
