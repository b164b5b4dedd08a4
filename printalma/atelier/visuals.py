"""What groups of pieces look like: the picture that is printed, or else the article's."""

from collections.abc import Iterable

from printalma.atelier.pieces import Group
from printalma.db import Connection
from printalma.orders import alike, sent
from printalma.pictures.models import SourceState
from printalma.pictures.queries import sources


def of(connection: Connection, groups: Iterable[Group]) -> dict[str, str]:
    """The hash of each group's picture, by the group's key, as far as it has come."""
    lines = {group.key: group.first for group in groups}
    texts = sent.of(connection, {line.order_id for line in lines.values()}) if lines else {}
    named = {key: texts.get(line.order_id, {}).get(line.id) for key, line in lines.items()}
    addresses = {key: address for key, text in named.items() if (address := alike.picture_address(sent.read(text)))}
    known = sources(connection, {*addresses.values()})
    found = ((key, known.get(address)) for key, address in addresses.items())
    return {key: source.hash for key, source in found if source and source.hash and source.state == SourceState.KEPT}
