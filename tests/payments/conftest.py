"""A shop that three payment providers report to, and those providers."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import NewDatabase
from tests.support.client import cart, phone_number
from tests.support.inside import Inside
from tests.support.payment_providers import Providers

Place = Callable[..., dict[str, Any]]
XOF = {"SHOP_CURRENCY": "XOF", "SHOP_TZ": "Africa/Dakar"}
_serial = itertools.count(1)


@pytest.fixture(scope="module")
def providers() -> Iterator[Providers]:
    found = Providers()
    yield found
    found.close()
    assert (found.problems, found.elsewhere) == ([], 0)


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, providers: Providers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    with Inside(new_database(), tmp_path_factory.mktemp("paid"), **XOF, **providers.settings) as shop:
        yield shop


@pytest.fixture
def place(shop: Inside) -> Place:
    """Places an order by a way to pay, PAYTECH if none is named."""

    def work(method: str = "PAYTECH", **fields: Any) -> dict[str, Any]:
        answer = shop.client().post("/orders/guest", cart(paymentMethod=method, phoneNumber=phone_number(), **fields))
        assert answer.status == 201, answer.text
        order: dict[str, Any] = answer.data
        return order

    return work


@pytest.fixture
def token() -> str:
    """The name of a payment that nobody has named yet."""
    return f"tok-{next(_serial):04}"
