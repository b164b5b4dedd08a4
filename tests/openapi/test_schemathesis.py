"""schemathesis reads the served description and calls everything in it with whatever the description allows, and much
that it does not: no 500, and no answer that is not described.

Two of its checks are left out. What a schema cannot say (two passwords are equal, a year has four digits) is a 400
although the schema allows it; and an empty parameter is no parameter, as forms send it, although it forbids that.
"""

import subprocess
from pathlib import Path

import pytest

from tests.support.client import Client
from tests.support.server import BIN, Server

LEFT_OUT = "positive_data_acceptance,negative_data_rejection"


def test_an_admins_calls_are_answered_as_described(shop: Server, tmp_path: Path) -> None:
    call_everything(shop, tmp_path, shop.admin().token, examples=3)
    assert shop.admin().get("/orders/admin/statistics").data["totalOrders"] > 0


@pytest.mark.matrix
@pytest.mark.parametrize("who", ["admin", "customer", "guest"])
def test_more_of_everybodys_calls(shop: Server, tmp_path: Path, who: str) -> None:
    client = shop.client() if who == "guest" else shop.admin() if who == "admin" else _customer(shop, who)
    call_everything(shop, tmp_path, client.token, examples=60)


def call_everything(shop: Server, folder: Path, token: str | None, examples: int) -> None:
    options = ["--max-examples", str(examples), "--exclude-checks", LEFT_OUT, "--generation-database", "none"]
    options += ["--workers", "2", "--seed", "4", "--no-color", "--warnings", "off", "--max-redirects", "0"]
    if token:  # one call of /auth/logout would end the sign-in, and every later answer would be the same 401
        options += ["-H", f"Authorization: Bearer {token}", "--exclude-path", "/auth/logout"]
    command = [BIN / "schemathesis", "run", f"{shop.url}/api-docs/openapi.json", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


def _customer(shop: Server, name: str) -> Client:
    return shop.client().register(f"{name}.schema@example.org")
