"""The rows a cart becomes: prices from the catalogue, names as they are today, the day's next number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.catalog import queries as catalog
from printalma.db import Connection, Row, table
from printalma.lib.clock import now, shop_day
from printalma.lib.errors import Conflict, FieldError, NotFound
from printalma.lib.i18n import t
from printalma.orders.commands import PlaceOrder
from printalma.orders.listing import search
from printalma.orders.models import Order, OrderItem, OrderText, Status
from printalma.orders.queries import Details, Fields

_orders = table(Order)
_items = table(OrderItem)
_ITEM_COLUMNS = frozenset(_items.c.keys()) - {"id"}
_INSERT_ORDER = sa.insert(_orders).returning(_orders.c.id)
_INSERT_ITEMS = sa.insert(_items).returning(_items.c.id, sort_by_parameter_order=True)
_INSERT_TEXT = sa.insert(table(OrderText))
_NEXT_NUMBER = sa.text(
    "INSERT INTO daily_numbers (day, last) VALUES (:day, 1) "
    "ON CONFLICT (day) DO UPDATE SET last = daily_numbers.last + 1 RETURNING last"
)


@dataclass(frozen=True)
class Shop:
    """What an order takes from the shop's settings. `most_per_product` is how much of one product it may be; 0 is no
    limit."""

    currency: str
    zone: ZoneInfo
    most_per_product: int = 0


def products_of(tx: Connection, command: PlaceOrder, most: int = 0) -> dict[int, Row]:
    """The products a cart names, by id. Raises NotFound with one FieldError per line whose product is not sold,
    Conflict for more than `most` of one: one guest once took the whole stock."""
    products = catalog.for_sale(tx, list({item.productId for item in command.orderItems}))
    unknown = [
        FieldError(f"orderItems.{n}.productId", t("orders.unknown_product", id=item.productId))
        for n, item in enumerate(command.orderItems)
        if item.productId not in products
    ]
    if unknown:
        raise NotFound(unknown[0].message, errors=unknown)
    for product_id, quantity in command.quantities().items():
        if 0 < most < quantity:
            raise Conflict(t("orders.too_many", name=products[product_id].name, most=most))
    return products


def insert(
    tx: Connection, command: PlaceOrder, products: Mapping[int, Row], actor: Actor | None, shop: Shop
) -> Details:
    """Save the order with its lines and number. From here to the commit the day's other orders wait."""
    moment = now()
    items = [_item(item, products[item.productId]) for item in command.orderItems]
    order = _order(command, items, actor, moment)
    order["day"] = shop_day(moment, shop.zone).isoformat()
    # The number's row is locked until the commit: ids, drawn behind it, follow the order of commits.
    serial: int = tx.execute(_NEXT_NUMBER, {"day": order["day"]}).scalar_one()
    order["number"] = f"CMD{order['day'].replace('-', '')}{serial:03}"
    order["id"] = tx.execute(_INSERT_ORDER, order).scalar_one()
    rows = [{name: value for name, value in item.items() if name in _ITEM_COLUMNS} for item in items]
    ids = tx.execute(_INSERT_ITEMS, [row | {"order_id": order["id"]} for row in rows]).scalars()
    items = [item | {"id": item_id} for item, item_id in zip(items, ids, strict=True)]
    tx.execute(_INSERT_TEXT, {"order_id": order["id"], "text": search.searchable(order, items)})
    return Details(order, items, _customer(actor))


def _item(item: Any, product: Row) -> dict[str, Any]:
    return {
        "product_id": product.id,
        "product_name": product.name,
        "product_description": product.description,
        "product_price": product.price,
        "quantity": item.quantity,
        "unit_price": product.price,
        "total_price": product.price * item.quantity,
        "size": item.size,
        "color": item.color,
        "color_id": item.colorId,
    }


def _order(command: PlaceOrder, items: list[dict[str, Any]], actor: Actor | None, moment: datetime) -> dict[str, Any]:
    subtotal = sum(item["total_price"] for item in items)
    order: dict[str, Any] = dict.fromkeys(set(_orders.c.keys()) - {"id"})
    order |= {
        "user_id": actor.id if actor else None,
        "status": Status.PENDING.value,
        "version": 1,
        "subtotal": subtotal,
        "shipping_amount": 0,
        "total": subtotal,
        "payment_method": command.paymentMethod,
        "payment_status": "PENDING",
        "phone": command.phoneNumber,
        "email": command.email or (actor.email if actor else None),
        "notes": command.notes,
        "summary": summary(items),
        "lines": len(items),
        "noted": 0,
        "created_at": moment,
        "updated_at": moment,
    }
    order |= _shipping(command)
    order["customer"] = order["shipping_name"] or (actor.name if actor else "") or t("orders.guest")
    return order


def _shipping(command: PlaceOrder) -> dict[str, Any]:
    details = command.shippingDetails
    if details is None:
        return {"shipping_name": "", "shipping_street": command.shippingAddress}
    return {
        "shipping_name": details.name,
        "shipping_company": details.company,
        "shipping_street": details.street,
        "shipping_apartment": details.apartment,
        "shipping_city": details.city,
        "shipping_region": details.region,
        "shipping_postal_code": details.postalCode,
        "shipping_country": details.country,
    }


def summary(items: Sequence[Mapping[str, Any]]) -> str:
    """An order's lines in a few words."""
    told = ", ".join(f"{item['quantity']} × {item['product_name']}" for item in items)
    return told if len(told) <= 200 else told[:199] + "…"


def _customer(actor: Actor | None) -> Fields | None:
    if actor is None:
        return None
    return {
        "id": actor.id,
        "first_name": actor.first_name,
        "last_name": actor.last_name,
        "email": actor.email,
        "role": actor.role,
    }
