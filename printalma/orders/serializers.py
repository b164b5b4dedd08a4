"""An order as JSON (docs/contract.md, "An order as JSON"): built field by field, so that nothing else gets out."""

from printalma.accounts.policy import Role
from printalma.lib import money
from printalma.lib.clock import iso
from printalma.lib.i18n import t
from printalma.lib.letters import plain
from printalma.orders import marks
from printalma.orders.models import Status
from printalma.orders.payments import PaymentState, known_as, label
from printalma.orders.queries import Details, ItemRow, OrderRow
from printalma.orders.schemas import (
    ContactJSON,
    CostsJSON,
    CustomerInfoJSON,
    CustomerJSON,
    LineJSON,
    MomentsJSON,
    OwnOrderJSON,
    PaymentInfoJSON,
    PaymentJSON,
    ShippingJSON,
)
from printalma.orders.sent import NOTHING
from printalma.web.responses import joined

# What front ends show of a payment's state.
_PAYMENT_SIGNS = {
    "PENDING": ("⏳", "#FFA500"),
    "PROCESSING": ("🔄", "#007BFF"),
    "PAID": ("✅", "#28A745"),
    "FAILED": ("❌", "#DC3545"),
    "CANCELLED": ("🚫", "#6C757D"),
    "REFUNDED": ("💰", "#17A2B8"),
}


def order_text(details: Details, currency: str, for_team: bool, artwork_omitted: bool = False) -> str:
    """An order's JSON with everything that was sent of it. Its marks are for the team."""
    order, texts = details.order, details.texts
    own = dict(order_json(details, currency))
    if for_team:
        own["marks"] = marks.read(order.marks)
    if artwork_omitted:
        own["artworkOmitted"] = True
    items = own.pop("orderItems")
    if not texts and all(item.reference is None and item.product_id is not None for item in details.items):
        return joined(NOTHING, own | {"orderItems": items})  # as most are: nothing was sent beside
    lines = ",".join(_line_text(item, texts.get(item.id), currency) for item in details.items)
    return joined(texts.get(0, NOTHING), own, f'{{"orderItems":[{lines}]}}')


def _line_text(item: ItemRow, text: str | None, currency: str) -> str:
    fields = dict(_item(item, currency))
    if text is None or (item.reference is None and item.product_id is not None):
        return joined(text or "{}", fields)
    del fields["productId"]  # the text has what was sent, if that was anything
    return joined({"productId": None}, text, fields)


def order_json(details: Details, currency: str) -> OwnOrderJSON:
    """An order in our own words, without what was sent beside."""
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
        **_costs(order, currency),
        **_payment(order),
        "customer_info": _customer_info(details),
        **_contact(order),
        **_shipping(order),
        **_moments(order),
        "validatedBy": order.validated_by,
        "itemsCount": sum(item.quantity for item in details.items),
        "orderItems": [_item(item, currency) for item in details.items],
    }


def _costs(order: OrderRow, currency: str) -> CostsJSON:
    fee = money.number(order.shipping_amount, currency)
    return {
        "totalAmount": money.number(order.total, currency),
        "subtotal": money.number(order.subtotal, currency),
        "shippingAmount": fee,
        "deliveryFee": fee,
        "deliveryTime": order.delivery_time,
        "transporteurName": order.carrier,
        "trackingNumber": order.tracking_number,
    }


def address_lines(order: OrderRow) -> list[str]:
    """The address as it goes on a parcel."""
    return [order.shipping_name or order.customer, *_place(order)]


def _place(order: OrderRow) -> list[str]:
    city = " ".join(part for part in (order.shipping_postal_code, order.shipping_city) if part)
    # Some front ends send the town as its region, too.
    is_town = plain(order.shipping_region or "") == plain(order.shipping_city or "")
    parts = (
        order.shipping_company,
        order.shipping_street,
        order.shipping_apartment,
        city,
        None if is_town else order.shipping_region,
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


def _contact(order: OrderRow) -> ContactJSON:
    return {"phoneNumber": order.phone, "email": order.email, "notes": order.notes}


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


def _item(item: ItemRow, currency: str) -> LineJSON:
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


def _payment(order: OrderRow) -> PaymentJSON:
    return {
        "paymentMethod": order.payment_method,
        "paymentStatus": known_as(order.payment_status),
        "transactionId": order.transaction_id,
        "payment_info": _payment_info(order),
    }


def _payment_info(order: OrderRow) -> PaymentInfoJSON:
    state = known_as(order.payment_status)
    icon, color = _PAYMENT_SIGNS.get(state, _PAYMENT_SIGNS["PENDING"])
    shown = order.payment_status if order.payment_status == PaymentState.PARTLY else state
    return {
        "status": state,
        "status_text": t(f"payment_states.{shown}") if state in _PAYMENT_SIGNS else state,
        "status_icon": icon,
        "status_color": color,
        "method": order.payment_method,
        "method_text": label(order.payment_method),
        "transaction_id": order.transaction_id,
        "attempts_count": 0,
        "last_attempt_at": None,
    }


def _customer_info(details: Details) -> CustomerInfoJSON:
    order, customer = details.order, details.customer
    name = order.shipping_name or order.customer
    return {
        "user_id": order.user_id,
        "user_firstname": customer.first_name if customer else None,
        "user_lastname": customer.last_name if customer else None,
        "user_email": customer.email if customer else None,
        "user_phone": None,
        "user_role": customer.role if customer else None,
        "shipping_name": name,
        "shipping_email": order.email,
        "shipping_phone": order.phone,
        "email": order.email,
        "phone": order.phone,
        "full_name": name,
        "shipping_address": None,
        "notes": order.notes,
        "created_at": iso(order.created_at),
        "updated_at": iso(order.updated_at),
    }
