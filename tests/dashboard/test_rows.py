"""Rows that queries return say what the tables have: a column that is added to one is added to both."""

from typing import Any, get_type_hints

import pytest

from printalma.accounts.models import User
from printalma.db import Model
from printalma.orders.models import Order, OrderItem
from printalma.orders.queries import CustomerRow, ItemRow, OrderRow

OF_TODAY = {"product_description", "product_price"}  # what a line shows of its product


def columns(model: type[Model]) -> dict[str, Any]:
    hints = get_type_hints(model)
    return {name: hints[name].__args__[0] for name in model.__table__.c.keys()}  # noqa: SIM118


@pytest.mark.parametrize(("row", "model"), [(OrderRow, Order), (ItemRow, OrderItem)])
def test_a_row_has_the_columns_of_its_table(row: type[Any], model: type[Model]) -> None:
    fields = get_type_hints(row)
    assert {name: kind for name, kind in fields.items() if name not in OF_TODAY} == columns(model)


def test_a_customer_is_a_user() -> None:
    assert set(CustomerRow._fields) <= set(User.__table__.c.keys())
