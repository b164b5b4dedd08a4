"""Orders that an address names one by one."""

from printalma.lib.errors import Invalid
from printalma.lib.i18n import t
from printalma.lib.validation import whole

MAX_ORDERS = 100


def ids(given: list[str]) -> tuple[int, ...]:
    """The ids of `?ids=1,2&ids=3`, each once. Raises Invalid for none of them and for more than MAX_ORDERS."""
    found = [whole(word.strip()) for word in ",".join(given).split(",")]
    ids = tuple(dict.fromkeys(order_id for order_id in found if order_id is not None))
    if not ids:
        raise Invalid(t("orders.no_papers"))
    if len(ids) > MAX_ORDERS:
        raise Invalid(t("orders.too_many_papers", most=MAX_ORDERS))
    return ids
