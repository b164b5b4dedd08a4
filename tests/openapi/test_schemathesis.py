"""schemathesis reads the served description and calls everything in it with whatever the description allows, and much
that it does not: no 500, and no answer that is not described.

Two of its checks are left out. What a schema cannot say (two passwords are equal, a year has four digits) is a 400
although the schema allows it; and an empty parameter is no parameter, as forms send it, although it forbids that.
"""

import subprocess
from pathlib import Path

import pytest

from tests.support.client import Client
from tests.support.server import ADMIN, BIN, Shop

pytestmark = pytest.mark.matrix

LEFT_OUT = "positive_data_acceptance,negative_data_rejection"
# They take what /orders takes, and schemathesis spends most of its time on these two bodies: others call them.
TWINS = ("/orders/guest", "/orders/my-orders")


@pytest.fixture(scope="module", autouse=True)
def people(shop: Shop) -> dict[str, Client]:
    """Made before schemathesis uses up the registrations of an hour."""
    return {
        "admin": shop.client().sign_in(*ADMIN),
        "customer": shop.client().register("schema@example.org"),
        "guest": shop.client(),
    }


@pytest.mark.parametrize(
    ("database_kind", "who", "examples"),
    [("sqlite", "admin", 20), ("sqlite", "customer", 10), ("sqlite", "guest", 5), ("postgres", "admin", 5)],
    indirect=["database_kind"],
)
def test_everybodys_calls_are_answered_as_described(
    shop: Shop, people: dict[str, Client], tmp_path: Path, who: str, examples: int
) -> None:
    """Each call with what its description names itself, at its bounds and beyond them, and with examples of chance."""
    call_everything(shop, tmp_path, people[who], examples, but=TWINS if who == "admin" else ())
    assert who != "admin" or shop.admin().get("/orders/admin/statistics").data["totalOrders"] > 0


def call_everything(shop: Shop, folder: Path, client: Client, examples: int, but: tuple[str, ...]) -> None:
    options = ["--max-examples", str(examples), "--exclude-checks", LEFT_OUT, "--generation-database", "none"]
    options += ["--workers", "2", "--seed", "4", "--no-color", "--warnings", "off", "--max-redirects", "0"]
    if client.token:  # one call of /auth/logout would end the sign-in, and every later answer would be the same 401
        options += ["-H", f"Authorization: Bearer {client.token}"]
        but = (*but, "/auth/logout")
    options += [option for path in but for option in ("--exclude-path", path)]
    command: list[str | Path] = [BIN / "schemathesis", "run", f"{shop.url}/api-docs/openapi.json", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
