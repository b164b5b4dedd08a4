"""The description of the API: complete, true, and readable without a network."""

import json
import re
from typing import Any

from tests.support.client import cart
from tests.support.matrix import ON_POSTGRES
from tests.support.server import Shop
from tests.support.warm import flask

pytestmark = ON_POSTGRES
API = ("/auth", "/orders", "/notifications", "/pictures", "/push", "/delivery", "/payment-", "/orange-money", "/pay")
NOT_HTTP = {("GET", "/orders/live")}


def document(shop: Shop) -> dict[str, Any]:
    answer = shop.client().get("/api-docs/openapi.json")
    assert answer.status == 200
    found: dict[str, Any] = answer.json
    return found


def operations(described: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def test_every_call_of_the_api_is_described_and_nothing_else(shop: Shop) -> None:
    routes = re.findall(r"^\S+ +([A-Z, ]+?) +(/\S*) *$", flask(shop.database_url, "routes").stdout, re.M)
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path))
        for methods, path in routes
        for method in methods.split(", ")
    }
    wanted = {(method, path) for method, path in served if path.startswith(API)} - NOT_HTTP
    assert len(wanted) > 20
    assert set(operations(document(shop))) == wanted


def test_every_reference_leads_somewhere_and_every_name_is_used_once(shop: Shop) -> None:
    described = document(shop)
    assert described["openapi"] == "3.1.0"
    references = set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(described)))
    assert references == set(described["components"]["schemas"])
    names = [operation["operationId"] for operation in operations(described).values()]
    assert len(names) == len(set(names))


def test_what_closed_calls_answer_to_strangers_is_described(shop: Shop) -> None:
    for (method, path), operation in operations(document(shop)).items():
        answer = shop.client().send(method, re.sub(r"\{\w+\}", "1", path), None)
        assert str(answer.status) in operation["responses"], (method, path, answer.status)
        assert bool(operation["security"]) == (answer.status == 401), (method, path)


def test_an_order_has_exactly_the_described_fields(shop: Shop) -> None:
    schemas = document(shop)["components"]["schemas"]
    order = shop.client().place(notes="Merci", email=..., shippingDetails=CART_DETAILS)
    customer = shop.client().register("described@example.org")
    mine = customer.post("/orders", cart()).data
    for found, name in (
        (order, "OrderJSON"),
        (mine["user"], "CustomerJSON"),
        (order["orderItems"][0], "ItemJSON"),
        (order["shippingAddress"], "AddressJSON"),
        (shop.admin_once().get("/orders/admin/statistics").data, "Statistics"),
        (shop.admin_once().get("/orders/admin/all").data["pagination"], "PaginationJSON"),
        (shop.admin_once().get("/notifications").data[0], "Notification"),
        (shop.client().post("/orders/guest", {}).json, "Problem"),
    ):
        optional = {"data"} if name == "Problem" else schemas[name]["properties"].keys() - schemas[name]["required"]
        assert set(found) | optional == schemas[name]["properties"].keys(), name


def test_docstrings_and_comments_stay_with_us(shop: Shop) -> None:
    described = json.dumps(document(shop)["components"])
    assert re.findall(r'"(?:title|description)": "[^"]*', described) == []


def test_the_page_shows_every_call_and_every_link_on_it_leads_somewhere(shop: Shop) -> None:
    answer = shop.client().get("/api-docs")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    described = document(shop)
    for (method, path), operation in operations(described).items():
        assert f"{method} {path}</code>" in answer.text
        assert operation["summary"].replace("'", "&#39;") in answer.text
    anchors = set(re.findall(r' id="([^"]+)"', answer.text))
    assert set(re.findall(r'href="#([^"]+)"', answer.text)) <= anchors
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)
    assert "style=" not in answer.text
    assert "<script" not in answer.text


CART_DETAILS = {"firstName": "Awa", "street": "12 rue Félix Faure", "city": "Dakar", "country": "Sénégal"}
