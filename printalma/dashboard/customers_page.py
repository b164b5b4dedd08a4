"""A customer's other orders, as the page of one of their orders shows them."""

from typing import Any

from printalma.accounts.policy import Sight
from printalma.db import Connection
from printalma.lib.i18n import count, t
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.queries import Details
from printalma.placing import customers

MOST_SHOWN = 5


def shown(connection: Connection, details: Details, sight: Sight) -> dict[str, Any]:
    """The last ones, how many there are in words, and the addresses of the lists of all of them, by what they have in
    common. The page's own redraws renew it: another order of the customer alone does not."""
    others = customers.others(connection, details.order, sight)
    found = others.orders
    words = [_how_many(len(found))] if found else []
    looked_at = found[: customers.MAX_ORDERS]
    for key, n in (
        ("refused", sum(order.is_refused for order in looked_at)),
        ("returned", sum(order.is_returned for order in looked_at)),
    ):
        words += [count(f"customers.{key}", n)] if n else []
    if len(words) > 1 and found != looked_at:
        words.append(t("customers.of_last", most=customers.MAX_ORDERS))
    asked = {"phone": f"+{others.phone}" if others.phone else "", "email": others.email or ""}
    return {
        "others": found[:MOST_SHOWN],
        "others_said": words,
        "others_lost": any(order.is_refused or order.is_returned for order in looked_at),
        "others_common": others.common,
        "others_known": bool(others.phone or others.email),
        "others_at": {name: OrderFilters(sight, search=text).address() for name, text in asked.items() if text},
    }


def _how_many(n: int) -> str:
    if n > customers.MAX_ORDERS:
        return t("customers.more_than", most=customers.MAX_ORDERS)
    return count("customers.others", n)
