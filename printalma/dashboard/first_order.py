"""The first order of a shop: how its front end posts one, and a test order at the press of a button."""

import json
from typing import Any

from printalma.accounts.form_keys import current
from printalma.catalog import queries as catalog
from printalma.db import Connection, Row, reading
from printalma.lib.errors import Conflict
from printalma.lib.i18n import t
from printalma.orders import counters
from printalma.orders.commands import PlaceOrder
from printalma.placing import service as placing
from printalma.placing.drafts import Cart


def curl(connection: Connection, address: str) -> str | None:
    """A line for a terminal that posts an order to the shop at `address`; None where nothing can be ordered."""
    product = _on_sale(connection)
    if product is None:
        return None
    body = json.dumps(_body(product.id), ensure_ascii=False, indent=1).replace("'", "’")
    return f"curl {address}/orders/guest -H 'Content-Type: application/json' -d '{body}'"


def place() -> None:
    """Place a guest's order of a product on sale, marked as a test. A shop that has orders gets none.

    Raises Conflict when nothing is on sale.
    """
    with reading() as connection:
        if counters.by_status(connection):
            return
        product = _on_sale(connection)
    if product is None:
        raise Conflict(t("ui.first.no_product"))
    command = PlaceOrder.parse(_body(product.id) | {"notes": t("ui.first.notes")})
    form = current()
    placing.place(Cart(command, None, form, form or ""))


def _on_sale(connection: Connection) -> Row | None:
    """The first active product of which something is left, by its id."""
    active = [product for product in catalog.everything(connection) if product.active and product.stock != 0]
    return min(active, key=lambda product: int(product.id), default=None)


def _body(product_id: int) -> dict[str, Any]:
    address = {name: t(f"ui.first.{name}") for name in ("firstName", "lastName", "street", "city", "country")}
    items = [{"productId": product_id, "quantity": 1}]
    return {"shippingDetails": address, "phoneNumber": t("ui.first.phone"), "orderItems": items}
