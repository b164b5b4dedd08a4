"""Orders as front ends read them (docs/contract.md, "An order as JSON")."""

from typing_extensions import TypedDict

from printalma.accounts.policy import Role
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


class ItemJSON(TypedDict):
    id: int
    productId: int | None
    quantity: int
    unitPrice: float
    totalPrice: float
    size: str | None
    color: str | None
    colorId: int | None
    product: ProductJSON


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


class OrderJSON(ShippingJSON, MomentsJSON):
    id: int
    orderNumber: str
    userId: int | None
    user: CustomerJSON
    status: Status
    statusLabel: str
    allowedTransitions: list[Status]
    version: int
    totalAmount: float
    subtotal: float
    shippingAmount: float
    paymentMethod: str
    paymentStatus: str
    phoneNumber: str
    email: str | None
    notes: str | None
    validatedBy: int | None
    orderItems: list[ItemJSON]


class PaginationJSON(TypedDict):
    total: int
    totalIsExact: bool
    page: int
    limit: int
    totalPages: int
    hasNext: bool
    hasPrevious: bool
    nextCursor: str | None
    sortBy: str


class PageJSON(TypedDict):
    orders: list[OrderJSON]
    pagination: PaginationJSON
