"""Settings of delivery, saved as an admin's form saves them."""

from printalma.accounts.actor import Actor
from printalma.accounts.policy import Role
from printalma.delivery import service
from printalma.delivery.commands import COMMANDS
from printalma.delivery.models import Kind
from printalma.lib.clock import now
from tests.support.inside import Inside

FIELDS: dict[Kind, dict[str, str]] = {
    Kind.CITY: {"category": "residential", "zone_type": "dakar-ville", "price": "1000"},
    Kind.REGION: {"price": "2000", "time_min": "1", "time_max": "2", "time_unit": "jours"},
    Kind.ABROAD: {"price": "300", "time_min": "7", "time_max": "14"},
    Kind.CARRIER: {},
    Kind.TARIFF: {"price": "280", "time_min": "5", "time_max": "8"},
}


ADMIN = Actor(1, "", "", "", Role.SUPERADMIN, "", "", now())


def saved(shop: Inside, kind: Kind, currency: str = "EUR", **fields: str) -> str:
    """The id of a new setting."""
    with shop.app.app_context():
        form = {"active": "on"} | FIELDS[kind] | fields
        return service.add(COMMANDS[kind].from_form(form, currency), ADMIN)


def city(shop: Inside, name: str, price: str = "10", **fields: str) -> str:
    return saved(shop, Kind.CITY, name=name, price=price, **fields)


def region(shop: Inside, name: str, places: str = "", price: str = "20", **fields: str) -> str:
    return saved(shop, Kind.REGION, name=name, places=places, price=price, **fields)


def abroad(shop: Inside, name: str, countries: str, price: str = "300", **fields: str) -> str:
    return saved(shop, Kind.ABROAD, name=name, places=countries, price=price, **fields)


def carrier(shop: Inside, name: str, **fields: str) -> str:
    return saved(shop, Kind.CARRIER, name=name, **fields)


def tariff(shop: Inside, place: str, carrier: str, price: str = "280", **fields: str) -> str:
    return saved(shop, Kind.TARIFF, place_id=place, carrier_id=carrier, price=price, **fields)


def switch(shop: Inside, kind: Kind, setting_id: str, active: bool) -> None:
    with shop.app.app_context():
        service.switch(kind, setting_id, active, ADMIN)
