"""The made-up shop's own door: `python -m printalma.demo`."""

import pytest

from printalma.lib.i18n import t
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE
from tests.support.server import demo


@pytest.mark.matrix
@ON_SQLITE
def test_orders_come_in_by_the_front_door(own_shop: Inside) -> None:
    admin = own_shop.admin_once()
    printed = demo(own_shop.database_url, "--count", "2", "--rate", "600", "--url", own_shop.url)
    placed = admin.get("/orders/admin/all").data["orders"]
    assert len(placed) == 2
    assert all(order["orderNumber"] in printed for order in placed)


@ON_SQLITE
def test_it_says_what_it_takes(database: str) -> None:
    printed = demo(database, "--help")
    assert "python -m printalma.demo" in printed
    assert t("cli.demo_rate") in " ".join(printed.split())
