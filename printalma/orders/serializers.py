"""An order as JSON (docs/contract.md, "An order as JSON"): built field by field, so that nothing else gets out."""

from printalma.accounts.policy import Role
from printalma.lib import money
from printalma.lib.clock import iso
from printalma.lib.i18n import t
from printalma.orders import marks
from printalma.orders.listing.filters import Asked
from printalma.orders.listing.page import ListPage
from printalma.orders.models import Status
from printalma.orders.queries import Details, ItemRow, OrderRow
from printalma.orders.schemas import CustomerJSON, ItemJSON, MomentsJSON, OrderJSON, PageJSON, ShippingJSON


def order_json(details: Details, currency: str) -> OrderJSON:
    order = details.order
    status = Status(order.status)
    return {
        "id": order.id,
        "orderNumber": order.number,
        "userId": order.user_id,
        "user": _customer(details),
        "status": status,
        "statusLabel": t(f"statuses.{status}"),
        "allowedTransitions": list(marks.transitions(status, order.marks)),
        "version": order.version,
        "totalAmount": money.number(order.total, currency),
        "subtotal": money.number(order.subtotal, currency),
        "shippingAmount": money.number(order.shipping_amount, currency),
        "paymentMethod": order.payment_method,
        "paymentStatus": order.payment_status,
        "phoneNumber": order.phone,
        "email": order.email,
        "notes": order.notes,
        **_shipping(order),
        **_moments(order),
        "validatedBy": order.validated_by,
        "orderItems": [_item(item, currency) for item in details.items],
    }


def page_json(asked: Asked, page: ListPage, orders: list[Details], currency: str) -> PageJSON:
    """`{orders, pagination}`."""
    return {
        "orders": [order_json(details, currency) for details in orders],
        "pagination": {
            "total": page.total,
            "totalIsExact": not page.more,
            "page": asked.page,
            "limit": asked.limit,
            "totalPages": -(-page.total // asked.limit),
            "hasNext": page.next is not None,
            "hasPrevious": asked.page > 1 or asked.cursor is not None,
            "nextCursor": str(page.next) if page.next else None,
            "sortBy": asked.keyset.sort,
        },
    }


def address_lines(order: OrderRow) -> list[str]:
    """The address as it goes on a parcel."""
    return [order.shipping_name or order.customer, *_place(order)]


def _place(order: OrderRow) -> list[str]:
    city = " ".join(part for part in (order.shipping_postal_code, order.shipping_city) if part)
    parts = (
        order.shipping_company,
        order.shipping_street,
        order.shipping_apartment,
        city,
        order.shipping_region,
        order.shipping_country,
    )
    return [part for part in parts if part]


def _shipping(order: OrderRow) -> ShippingJSON:
    name, full = order.shipping_name or order.customer, ", ".join(_place(order))
    return {
        "shippingName": name,
        "shippingStreet": order.shipping_street,
        "shippingCity": order.shipping_city,
        "shippingRegion": order.shipping_region,
        "shippingPostalCode": order.shipping_postal_code,
        "shippingCountry": order.shipping_country,
        "shippingAddressFull": full,
        "shippingAddress": {
            "name": name,
            "street": order.shipping_street,
            "city": order.shipping_city,
            "region": order.shipping_region,
            "postalCode": order.shipping_postal_code,
            "country": order.shipping_country,
            "fullFormatted": full,
        },
    }


def _moments(order: OrderRow) -> MomentsJSON:
    return {
        "createdAt": iso(order.created_at),
        "updatedAt": iso(order.updated_at),
        "validatedAt": iso(order.validated_at),
        "confirmedAt": iso(order.confirmed_at),
        "shippedAt": iso(order.shipped_at),
        "deliveredAt": iso(order.delivered_at),
        "cancelledAt": iso(order.cancelled_at),
    }


def _item(item: ItemRow, currency: str) -> ItemJSON:
    return {
        "id": item.id,
        "productId": item.product_id,
        "quantity": item.quantity,
        "unitPrice": money.number(item.unit_price, currency),
        "totalPrice": money.number(item.total_price, currency),
        "size": item.size,
        "color": item.color,
        "colorId": item.color_id,
        "product": {
            "id": item.product_id,
            "name": item.product_name,
            "description": item.product_description or "",
            "price": money.number(item.unit_price if item.product_price is None else item.product_price, currency),
        },
    }


def _customer(details: Details) -> CustomerJSON:
    """A guest is whom the parcel is for: front ends read `user` without asking whether there is one."""
    order, customer = details.order, details.customer
    first, _, last = (order.shipping_name or order.customer).partition(" ")
    return {
        "id": customer.id if customer else None,
        "firstName": customer.first_name if customer else first,
        "lastName": customer.last_name if customer else last,
        "email": customer.email if customer else order.email,
        "role": customer.role if customer else Role.CLIENT,
        "photo_profil": None,
    }
