"""A product's sizes and colours: which there are, and which of them a line of an order means."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from printalma.lib.letters import plain


class Variant(NamedTuple):
    """A size and a colour; "" for none."""

    size: str
    color: str

    @property
    def label(self) -> str:
        return " · ".join(filter(None, self))

    @property
    def folded(self) -> "Variant":
        """As it is compared: "Bleu Nuit" and "bleu  nuit" are the same."""
        return Variant(*(" ".join(plain(part).split()) for part in self))


def matching(line: Variant, known: Iterable[Variant]) -> Variant | None:
    """Which of the `known` variants a line means. A product without colours has no use for the one that a front end
    sends all the same, nor one without sizes for a size."""
    folded = {variant.folded: variant for variant in known}
    size, color = line.folded
    return folded.get(Variant(size, color)) or folded.get(Variant(size, "")) or folded.get(Variant("", color))


def offered(sizes: Collection[str], colors: Collection[str], counted: Mapping[Variant, int]) -> list[Variant]:
    """All that a product may be counted by: its sizes with its colours, and behind them what is still counted although
    it is not offered any more."""
    made = [Variant(size, color) for size in sizes or ("",) for color in colors or ("",)] if sizes or colors else []
    found = {variant.folded: variant for variant in made}
    spelled = {variant.folded: variant for variant in counted}
    return [spelled.get(folded, variant) for folded, variant in found.items()] + [
        variant for folded, variant in spelled.items() if folded not in found
    ]
