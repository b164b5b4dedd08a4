"""What people at the press say."""

from dataclasses import dataclass

from printalma.lib.errors import Invalid
from printalma.lib.i18n import t
from printalma.lib.validation import whole

MAX_TICKS = 100  # of one form: what somebody has tapped while the line was slow


@dataclass(frozen=True)
class Tick:
    """The pieces `first` to `last` of a line are to be `made`, or not: what somebody wants, never that it be turned
    round. Two who tap one piece, a double tap and a form that is sent again want the same."""

    item: int
    first: int
    last: int
    made: bool

    @classmethod
    def parse(cls, text: str) -> "Tick":
        """As a button says it, "12:1:1:yes". Raises Invalid."""
        item, first, last, made = [*text.split(":"), *[""] * 4][:4]
        numbers = [whole(part) for part in (item, first, last)]
        if None in numbers or made not in ("yes", "no") or text.count(":") != 3:
            raise Invalid(t("atelier.unreadable"))
        tick = cls(*(number or 0 for number in numbers), made == "yes")
        if not (tick.item and 1 <= tick.first <= tick.last):
            raise Invalid(t("atelier.unreadable"))
        return tick


def ticks(texts: list[str]) -> list[Tick]:
    """Those of a form, in order. Raises Invalid."""
    if not 1 <= len(texts) <= MAX_TICKS:
        raise Invalid(t("atelier.unreadable"))
    return [Tick.parse(text) for text in texts]
