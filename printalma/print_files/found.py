"""Which files an order is printed from, and what they are called."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from printalma import artwork
from printalma.artwork import Image, Text, View
from printalma.artwork.print_size import Scale
from printalma.db import Connection
from printalma.lib.i18n import t
from printalma.orders import queries, sent
from printalma.orders.queries import ItemRow, OrderRow
from printalma.pictures.models import SourceState
from printalma.pictures.queries import Source, sources
from printalma.print_checks import prints
from printalma.print_files import naming


@dataclass(frozen=True)
class Original:
    """A picture as the customer gave it: `hash` and `size` are None where it is not here, and `why` says why."""

    name: str  # what the customer calls it
    address: str
    hash: str | None
    kind: str | None
    size: int | None
    why: str


@dataclass(frozen=True)
class Side:
    """A view of a line: both counted from 1, as in the names of its files."""

    order: OrderRow
    line: int
    item: ItemRow
    n: int
    view: View
    sources: Mapping[str, Source]
    scale: Scale

    @property
    def originals(self) -> Iterator[Original]:
        """What is printed on it, each picture once."""
        named = {each.address: each.name for each in self.view.elements if isinstance(each, Image)}
        for address in artwork.image_addresses(self.view):
            source = self.sources.get(address)
            is_kept = source is not None and source.state == SourceState.KEPT
            kept = (source.hash, source.kind, source.size) if source and is_kept else (None, None, None)
            yield Original(named.get(address) or "", address, *kept, "" if is_kept else why(source))

    @property
    def unsaid(self) -> list[str]:
        """Pictures that it should have, and whose addresses never came."""
        return [each.name for each in self.view.elements if isinstance(each, Image) and not each.address]

    @property
    def has_text(self) -> bool:
        return any(isinstance(each, Text) for each in self.view.elements)

    def called(self, name: str) -> str:
        """A file of it, as far as its kind: `<order>-<line>-<view>-<name>`."""
        number, view = naming.part(self.order.number), naming.part(self.view.name, str(self.n))
        return "-".join((number, str(self.line), view, naming.part(naming.stem(name), t("files.picture"))))

    def file(self, original: Original, first: bytes) -> str:
        """What a picture is saved as that begins so."""
        return naming.file(self.called(original.name), naming.extension(original.kind, first))


def why(source: Source | None) -> str:
    """Why a picture is not here, in words."""
    if source is not None and source.trouble:
        return t(f"artwork.troubles.{source.trouble}")
    return t("artwork.lost" if source is not None and source.state == SourceState.LOST else "artwork.waiting")


def sides(connection: Connection, order: OrderRow, item_id: int | None = None) -> list[Side]:
    """What is printed of an order, side by side; of one line only, if it is named."""
    texts = sent.of(connection, [order.id]).get(order.id, {}) if order.sent_size else {}
    items = queries.items(connection, [order.id])[order.id] if texts else []
    views = {item.id: sent.views(item, texts.get(item.id)) for item in items if item_id in (None, item.id)}
    wanted = {address for each in views.values() for view in each for address in artwork.image_addresses(view)}
    known, scales = sources(connection, wanted), prints.scales(connection, items)
    return [
        Side(order, line, item, n, view, known, scales[item.id])
        for line, item in enumerate(items, 1)
        for n, view in enumerate(views.get(item.id, ()), 1)
        if view.elements
    ]
