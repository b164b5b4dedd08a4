"""What people at the press say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from printalma.lib.errors import Invalid
from printalma.lib.i18n import t
from printalma.lib.validation import whole

MAX_TICKS = 100  # of one form: what somebody has tapped while the line was slow


@dataclass(frozen=True)
class Tick:
    """The pieces `first` to `last` of a line are to be `made`, or not: what somebody wants, never that it be turned
    round. Two who tap one piece, a double tap and a form that is sent again want the same. `mark` is the line as it was
    seen (pieces.mark_of): a tap that was on its way while it was mended is for another piece."""

    item: int
    first: int
    last: int
    made: bool
    mark: str

    @classmethod
    def parse(cls, text: str) -> "Tick":
        """As a button says it, "12:1:1:yes:3fa90b1c". Raises Invalid."""
        *numbers, made, mark = ["", *text.split(":")]
        item, first, last = numbers_of(numbers[1:], 3)
        if made not in ("yes", "no") or first > last:
            raise Invalid(t("atelier.unreadable"))
        return cls(item, first, last, made == "yes", mark)


def ticks(texts: list[str]) -> list[Tick]:
    """Those of a form, in order. Raises Invalid."""
    if not 1 <= len(texts) <= MAX_TICKS:
        raise Invalid(t("atelier.unreadable"))
    return [Tick.parse(text) for text in texts]


@dataclass(frozen=True)
class Move:
    """A ready order is to be on its way, or `back` at the press, as it was seen."""

    order: int
    version: int
    back: bool

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> "Move":
        """As a button says it, "send=12:3" or "back=12:4". Raises Invalid."""
        name = "send" if "send" in form else "back"
        order, version = numbers_of(form.get(name, "").split(":"), 2)
        return cls(order, version, name == "back")


def numbers_of(texts: Sequence[str], n: int) -> list[int]:
    """So many numbers, none of them 0. Raises Invalid."""
    found = [number for text in texts if (number := whole(text))]
    if not len(found) == len(texts) == n:
        raise Invalid(t("atelier.unreadable"))
    return found
