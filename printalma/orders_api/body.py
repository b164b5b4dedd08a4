"""A new order as front ends best send it (docs/contract.md, "Orders"). What they send otherwise is mended
(orders.commands)."""

from typing import Annotated, Required

from pydantic import Field, JsonValue
from typing_extensions import TypedDict

from printalma.orders.commands import MAX_LINES, MAX_QUANTITY
from printalma.orders.schemas import ArtworkJSON

# What a text may be of; longer ones are kept too, and shown cut.
To20 = Annotated[str, Field(max_length=20)] | None
To40 = Annotated[str, Field(max_length=40)] | None
To100 = Annotated[str, Field(max_length=100)] | None
To150 = Annotated[str, Field(max_length=150)] | None
To200 = Annotated[str, Field(max_length=200)] | None
To254 = Annotated[str, Field(max_length=254)] | None
To500 = Annotated[str, Field(max_length=500)] | None
To2000 = Annotated[str, Field(max_length=2000)] | None


class ShippingDetails(TypedDict, total=False):
    firstName: To100
    lastName: To100
    company: To150
    street: To200
    apartment: To100
    city: To100
    region: To100
    postalCode: To20
    country: To100


class Item(ArtworkJSON, total=False):
    productId: int | str | None
    quantity: Required[Annotated[int, Field(ge=1, le=MAX_QUANTITY)]]
    unitPrice: Annotated[float, Field(ge=0)] | None
    size: To100
    color: To100
    colorId: int | None


class PlaceOrder(TypedDict, total=False):
    """What a front end best sends. What it sends otherwise is mended, and the order marked; an address or a telephone
    number, and a line, it cannot do without."""

    shippingDetails: ShippingDetails | None
    shippingAddress: To500
    phoneNumber: To40
    email: To254
    notes: To2000
    orderItems: Required[Annotated[list[Item], Field(min_length=1, max_length=MAX_LINES)]]
    paymentMethod: str | None
    initiatePayment: bool | None
    totalAmount: float | None
    deliveryInfo: JsonValue
