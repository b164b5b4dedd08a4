"""What the public calls of delivery and payment answer: bare, as the shop's front end reads them."""

from typing import Annotated, Literal

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from printalma.web.schemas import Instant

Amount = Annotated[str, WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?$"})]
Active = Literal["active"]


class CityJSON(TypedDict):
    id: str
    name: str
    category: str
    zoneType: str
    status: Active
    price: Amount
    isFree: bool
    deliveryTimeMin: int | None
    deliveryTimeMax: int | None
    deliveryTimeUnit: str | None
    createdAt: Instant
    updatedAt: Instant


class RegionJSON(TypedDict):
    id: str
    name: str
    status: Active
    price: Amount
    deliveryTimeMin: int | None
    deliveryTimeMax: int | None
    deliveryTimeUnit: str | None
    mainCities: str
    createdAt: Instant
    updatedAt: Instant


class ZoneJSON(TypedDict):
    id: str
    name: str
    status: Active
    price: Amount
    deliveryTimeMin: int | None
    deliveryTimeMax: int | None
    countries: list[str]
    createdAt: Instant
    updatedAt: Instant


class CarrierJSON(TypedDict):
    id: str
    name: str
    logoUrl: str | None
    status: Active
    createdAt: Instant
    updatedAt: Instant


class GoingCarrierJSON(TypedDict):
    id: str
    name: str
    logoUrl: str | None
    status: Active
    deliveryZones: list[str]
    createdAt: Instant
    updatedAt: Instant


class ZoneCountryJSON(TypedDict):
    id: int
    zoneId: str
    country: str


class TariffZoneJSON(TypedDict):
    id: str
    name: str
    status: Active
    price: Amount
    deliveryTimeMin: int | None
    deliveryTimeMax: int | None
    countries: list[ZoneCountryJSON]
    createdAt: Instant
    updatedAt: Instant


class TariffJSON(TypedDict):
    id: str
    zoneId: str
    zoneName: str
    transporteurId: str
    transporteurName: str
    transporteurLogo: str | None
    prixTransporteur: Amount
    prixStandardInternational: Amount
    delaiLivraisonMin: int | None
    delaiLivraisonMax: int | None
    status: Active
    countries: list[str]
    transporteur: CarrierJSON
    internationalZone: TariffZoneJSON
    createdAt: Instant
    updatedAt: Instant


class MethodJSON(TypedDict):
    provider: str
    isActive: Literal[True]
    mode: Literal["live"]
    label: str


class MethodsJSON(TypedDict):
    paymentMethods: list[MethodJSON]


class CashJSON(TypedDict):
    isEnabled: bool
