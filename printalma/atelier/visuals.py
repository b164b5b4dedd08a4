"""What groups of pieces look like: the picture that is printed, or else the article's."""

from collections.abc import Iterable
from typing import Any

from printalma.accounts.policy import Sight
from printalma.artwork import alike
from printalma.atelier.pieces import Group
from printalma.dashboard import artwork_paper
from printalma.db import Connection
from printalma.orders import queries, sent
from printalma.pictures.queries import sources
from printalma.print_checks import prints


def of(connection: Connection, groups: Iterable[Group]) -> dict[str, str]:
    """The hash of each group's picture, by the group's key, as far as it has come."""
    lines = {group.key: group.first for group in groups}
    texts = sent.of(connection, {line.order_id for line in lines.values()}) if lines else {}
    named = {key: texts.get(line.order_id, {}).get(line.id) for key, line in lines.items()}
    addresses = {key: address for key, text in named.items() if (address := alike.picture_address(sent.read(text)))}
    known = sources(connection, {*addresses.values()})
    found = ((key, known.get(address)) for key, address in addresses.items())
    return {key: source.hash for key, source in found if source and source.hash and source.is_shown}


def drawn(connection: Connection, order_id: int | None, sight: Sight) -> dict[str, Any]:
    """The views of an order, as its sheet has them, if it is to be seen."""
    order = queries.by_id(connection, order_id) if order_id else None
    if order is None or not sight.includes(order):
        return {"pieces": (), "pictures": {}, "scales": {}}
    details = queries.details(connection, [order])
    papers, found = artwork_paper.shown(connection, details, most=None)
    scales = prints.scales(connection, details[0].items)
    return {"pieces": papers[order.id].pieces, "pictures": found, "scales": scales}
