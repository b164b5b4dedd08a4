"""/delivery, /payment-methods: what a checkout offers (docs/contract.md, "Delivery"). Only what is switched on."""

from collections.abc import Sequence
from typing import Any, Literal

from flask import Blueprint, Response, jsonify, request

from printalma.accounts.guard import access
from printalma.accounts.policy import EVERYBODY
from printalma.config import settings
from printalma.db import Row, reading
from printalma.delivery import queries, serializers
from printalma.delivery.models import Kind
from printalma.delivery.schemas import (
    CashJSON,
    CityJSON,
    GoingCarrierJSON,
    MethodsJSON,
    RegionJSON,
    TariffJSON,
    ZoneJSON,
)
from printalma.lib.validation import Query
from printalma.web.describe import describe

bp = Blueprint("delivery", __name__)


class ListCities(Query):
    zoneType: Literal["dakar-ville", "banlieue"] | None = None


@bp.get("/delivery/cities")
@access(EVERYBODY)
@describe({200: list[CityJSON]}, query=ListCities)
def cities() -> Response:
    asked = ListCities.parse_query(request.args).zoneType
    found = [city for city in _active(Kind.CITY) if asked in (None, city.zone_type)]
    return _answer([serializers.city_json(city, settings().shop_currency) for city in found])


@bp.get("/delivery/regions")
@access(EVERYBODY)
@describe({200: list[RegionJSON]})
def regions() -> Response:
    return _answer([serializers.region_json(row, settings().shop_currency) for row in _active(Kind.REGION)])


@bp.get("/delivery/international-zones")
@access(EVERYBODY)
@describe({200: list[ZoneJSON]})
def zones() -> Response:
    return _answer([serializers.zone_json(row, settings().shop_currency) for row in _active(Kind.ABROAD)])


@bp.get("/delivery/transporteurs")
@access(EVERYBODY)
@describe({200: list[GoingCarrierJSON]})
def carriers() -> Response:
    going = _tariffs()
    return _answer([serializers.carrier_json(row, going) for row in _active(Kind.CARRIER)])


@bp.get("/delivery/zone-tarifs")
@access(EVERYBODY)
@describe({200: list[TariffJSON]})
def tariffs() -> Response:
    return _answer([serializers.tariff_json(row, settings().shop_currency) for row in _tariffs()])


@bp.get("/payment-methods")
@access(EVERYBODY)
@describe({200: MethodsJSON})
def payment_methods() -> Response:
    return _answer({"paymentMethods": [serializers.method_json(row) for row in _offered()]})


@bp.get("/payment-config/cash-on-delivery")
@access(EVERYBODY)
@describe({200: CashJSON})
def cash_on_delivery() -> Response:
    return _answer({"isEnabled": any(row.provider == "CASH_ON_DELIVERY" for row in _offered())})


def _active(kind: Kind) -> Sequence[Row]:
    with reading() as connection:
        return [row for row in queries.all_of(connection, kind) if row.active]


def _tariffs() -> Sequence[Row]:
    return [row for row in _active(Kind.TARIFF) if row.place_active and row.carrier_active]


def _offered() -> Sequence[Row]:
    with reading() as connection:
        return queries.offered(connection)


def _answer(found: Any) -> Response:
    """Asked again at each visit of the checkout, and sent again only where a setting has changed."""
    response = jsonify(found)
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
