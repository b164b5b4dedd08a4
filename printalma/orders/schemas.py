"""Orders as front ends read them (docs/contract.md, "An order as JSON")."""

from typing import Literal, NotRequired

from pydantic import JsonValue
from typing_extensions import TypedDict

from printalma.accounts.policy import Role
from printalma.orders.marks import Mark
from printalma.orders.models import Status
from printalma.web.schemas import Instant


class CustomerJSON(TypedDict):
    """Who ordered. A guest has no account and no id; `photo_profil` is read by front ends, and nobody has one."""

    id: int | None
    email: str | None
    firstName: str
    lastName: str
    role: Role
    photo_profil: None


class ProductJSON(TypedDict):
    """An article that is none of the catalogue's has no id."""

    id: int | None
    name: str
    description: str
    price: float


class ArtworkJSON(TypedDict, total=False):
    """What front ends send of a line beside, and answers have as it was sent, like all else that nobody knows; but
    `delimitation` is the first of `delimitations` where it was null."""

    vendorProductId: JsonValue
    stickerId: JsonValue
    sizeId: JsonValue
    mockupUrl: JsonValue
    designId: JsonValue
    designPositions: JsonValue
    designMetadata: JsonValue
    delimitation: JsonValue
    delimitations: JsonValue
    customizationId: JsonValue
    customizationIds: JsonValue
    designElements: JsonValue
    designElementsByView: JsonValue
    viewsMetadata: JsonValue


class LineJSON(TypedDict):
    """`productId` is as it was sent; `product` says what it is. `unitPrice` is never less than what was announced."""

    id: int
    productId: JsonValue
    quantity: int
    unitPrice: float
    totalPrice: float
    size: str | None
    color: str | None
    colorId: int | None
    product: ProductJSON


class ItemJSON(LineJSON, ArtworkJSON):
    savedDesignPosition: NotRequired[JsonValue]


class PaymentInfoJSON(TypedDict):
    status: str
    status_text: str
    status_icon: str
    status_color: str
    method: str
    method_text: str
    transaction_id: str | None
    attempts_count: int
    last_attempt_at: None


class CustomerInfoJSON(TypedDict):
    """Who ordered, in the words of the front end's lists."""

    user_id: int | None
    user_firstname: str | None
    user_lastname: str | None
    user_email: str | None
    user_phone: None
    user_role: Role | None
    shipping_name: str
    shipping_email: str | None
    shipping_phone: str
    email: str | None
    phone: str
    full_name: str
    shipping_address: None
    notes: str | None
    created_at: Instant
    updated_at: Instant


class AddressJSON(TypedDict):
    name: str
    street: str
    city: str | None
    region: str | None
    postalCode: str | None
    country: str | None
    fullFormatted: str


class ShippingJSON(TypedDict):
    """The address twice: flat, as lists show it, and in one piece."""

    shippingName: str
    shippingStreet: str
    shippingCity: str | None
    shippingRegion: str | None
    shippingPostalCode: str | None
    shippingCountry: str | None
    shippingAddressFull: str
    shippingAddress: AddressJSON


class MomentsJSON(TypedDict):
    createdAt: Instant
    updatedAt: Instant
    validatedAt: Instant | None
    confirmedAt: Instant | None
    shippedAt: Instant | None
    deliveredAt: Instant | None
    cancelledAt: Instant | None


class PaymentJSON(TypedDict):
    paymentMethod: str
    paymentStatus: str
    transactionId: str | None
    payment_info: PaymentInfoJSON


class ContactJSON(TypedDict):
    phoneNumber: str
    email: str | None
    notes: str | None


class CostsJSON(TypedDict):
    totalAmount: float
    subtotal: float
    shippingAmount: float
    deliveryFee: float
    deliveryTime: str | None
    transporteurName: str | None
    trackingNumber: str | None


class FieldsJSON(ShippingJSON, MomentsJSON, CostsJSON, PaymentJSON, ContactJSON):
    """What we say of an order, but for its lines."""

    id: int
    orderNumber: str
    userId: int | None
    user: CustomerJSON
    status: Status
    statusLabel: str
    allowedTransitions: list[Status]
    version: int
    customer_info: CustomerInfoJSON
    validatedBy: int | None
    itemsCount: int


class OwnOrderJSON(FieldsJSON):
    orderItems: list[LineJSON]


class DeliveryJSON(TypedDict):
    """What a front end said of the delivery, in one piece and flat; what it costs, the shop says."""

    deliveryInfo: JsonValue
    deliveryType: str | None
    deliveryCityId: str | None
    deliveryCityName: str | None
    deliveryRegionId: str | None
    deliveryRegionName: str | None
    deliveryZoneId: str | None
    deliveryZoneName: str | None
    transporteurId: str | None
    transporteurLogo: str | None
    zoneTarifId: str | None


class OrderJSON(FieldsJSON, DeliveryJSON):
    """`marks` is for the team alone. `artworkOmitted` is said in a list that would be too long with it."""

    marks: NotRequired[list[Mark]]
    artworkOmitted: NotRequired[Literal[True]]
    orderItems: list[ItemJSON]
