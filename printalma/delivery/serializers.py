"""Settings as the shop's front end reads them (docs/contract.md, "Delivery"): money as text, ids as text."""

from collections.abc import Iterable

from printalma.db import Row
from printalma.delivery.schemas import (
    CarrierJSON,
    CityJSON,
    GoingCarrierJSON,
    MethodJSON,
    RegionJSON,
    TariffJSON,
    TariffZoneJSON,
    ZoneJSON,
)
from printalma.lib import money
from printalma.lib.clock import iso
from printalma.lib.i18n import t


def city_json(row: Row, currency: str) -> CityJSON:
    return {
        "id": row.id,
        "name": row.name,
        "category": t(f"delivery.categories.{row.category}"),
        "zoneType": row.zone_type,
        "status": "active",
        "price": money.wire(row.price, currency),
        "isFree": row.is_free,
        "deliveryTimeMin": row.time_min,
        "deliveryTimeMax": row.time_max,
        "deliveryTimeUnit": _unit(row),
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
    }


def region_json(row: Row, currency: str) -> RegionJSON:
    return {
        "id": row.id,
        "name": row.name,
        "status": "active",
        "price": money.wire(row.price, currency),
        "deliveryTimeMin": row.time_min,
        "deliveryTimeMax": row.time_max,
        "deliveryTimeUnit": _unit(row),
        "mainCities": ", ".join(row.places),
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
    }


def zone_json(row: Row, currency: str) -> ZoneJSON:
    return {
        "id": row.id,
        "name": row.name,
        "status": "active",
        "price": money.wire(row.price, currency),
        "deliveryTimeMin": row.time_min,
        "deliveryTimeMax": row.time_max,
        "countries": row.places,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
    }


def carrier_json(row: Row, tariffs: Iterable[Row]) -> GoingCarrierJSON:
    return {
        "id": row.id,
        "name": row.name,
        "logoUrl": row.logo,
        "status": "active",
        "deliveryZones": [tariff.place_id for tariff in tariffs if tariff.carrier_id == row.id],
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
    }


def tariff_json(row: Row, currency: str) -> TariffJSON:
    """A tariff that was read with its place and its carrier, which stand in it whole."""
    standard = row.price if row.standard_price is None else row.standard_price
    return {
        "id": row.id,
        "zoneId": row.place_id,
        "zoneName": row.place_name,
        "transporteurId": row.carrier_id,
        "transporteurName": row.carrier_name,
        "transporteurLogo": row.carrier_logo,
        "prixTransporteur": money.wire(row.price, currency),
        "prixStandardInternational": money.wire(standard, currency),
        "delaiLivraisonMin": row.time_min,
        "delaiLivraisonMax": row.time_max,
        "status": "active",
        "countries": row.place_places,
        "transporteur": _carrier(row),
        "internationalZone": _zone(row, currency),
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
    }


def method_json(row: Row) -> MethodJSON:
    label = row.label or t(f"delivery.methods.{row.provider}")
    return {"provider": row.provider, "isActive": True, "mode": "live", "label": label}


def _carrier(row: Row) -> CarrierJSON:
    return {
        "id": row.carrier_id,
        "name": row.carrier_name,
        "logoUrl": row.carrier_logo,
        "status": "active",
        "createdAt": iso(row.carrier_created_at),
        "updatedAt": iso(row.carrier_updated_at),
    }


def _zone(row: Row, currency: str) -> TariffZoneJSON:
    named = enumerate(row.place_places, 1)
    return {
        "id": row.place_id,
        "name": row.place_name,
        "status": "active",
        "price": money.wire(row.place_price, currency),
        "deliveryTimeMin": row.place_time_min,
        "deliveryTimeMax": row.place_time_max,
        "countries": [{"id": n, "zoneId": row.place_id, "country": name} for n, name in named],
        "createdAt": iso(row.place_created_at),
        "updatedAt": iso(row.place_updated_at),
    }


def _unit(row: Row) -> str | None:
    return None if row.time_min is None else str(row.time_unit)
