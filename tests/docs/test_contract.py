"""docs/contract.md says what the product does, and what cites it names a heading that is there."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.matrix import ON_SQLITE
from tests.support.server import ROOT, Server, Shop

CONTRACT = (ROOT / "docs" / "contract.md").read_text()
CITATION = re.compile(r"(docs/[\w-]+\.md), \"([^\"]+)\"")
# What names another's heading: what is written by hand and read by people.
CITING = ("printalma", "tests", "bench", "static", "templates", "migrations")


@pytest.fixture(scope="module")
def shop(common_server: Server) -> Server:
    return common_server


def section(heading: str) -> str:
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", CONTRACT, re.MULTILINE | re.DOTALL)
    assert found, heading
    return found[1]


def citations() -> Iterator[tuple[str, str, str]]:
    for folder in CITING:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".js", ".html", ".css") and not {"vendor", "node_modules"} & set(path.parts):
                for document, heading in CITATION.findall(path.read_text()):
                    yield str(path.relative_to(ROOT)), document, heading


def test_what_is_cited_is_there() -> None:
    cited = list(citations())
    assert len(cited) > 10
    headings = {document: re.findall(r"^#+ (.+)$", (ROOT / document).read_text(), re.M) for _, document, _ in cited}
    assert [found for found in cited if found[2] not in headings[found[1]]] == []


@ON_SQLITE
def test_each_call_is_listed_and_nothing_else(shop: Shop) -> None:
    paths = shop.client().get("/api-docs/openapi.json").json["paths"]
    there = {f"{method.upper()} {path}" for path, calls in paths.items() for method in calls}
    listed = re.findall(r"^\| `([A-Z]+ /\S+)` \|", CONTRACT, re.MULTILINE)
    assert sorted(listed) == sorted(there)


@ON_SQLITE
def test_an_order_has_the_fields_that_are_listed(shop: Shop) -> None:
    named = set(re.findall(r"`(\w+)`", section("An order as JSON")))
    assert named == names(shop.client().place())


def names(value: Any) -> set[str]:
    """Of all that a JSON value holds, at any depth."""
    if isinstance(value, list):
        return set().union(*map(names, value))
    return set(value).union(*map(names, value.values())) if isinstance(value, dict) else set()


@ON_SQLITE
@pytest.mark.parametrize(
    "steps", [("CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED"), ("CANCELLED",), ("REJECTED",)], ids=str
)
def test_a_status_has_its_label_and_its_next_ones(shop: Shop, steps: tuple[str, ...]) -> None:
    rows = re.findall(r"^\| ([A-Z]+) \| (.+?) \| (.+?) \|$", section("Statuses"), re.MULTILINE)
    table = {status: (label, [] if after == "–" else after.split(", ")) for status, label, after in rows}
    assert len(table) == 7
    order = shop.client().place()
    for status in (None, *steps):
        if status is not None:
            order = shop.admin_once().patch(f"/orders/{order['id']}/status", {"status": status}).data
        assert table[order["status"]] == (order["statusLabel"], order["allowedTransitions"])
