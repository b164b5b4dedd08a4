"""What a file is called: what it holds, of what, and of when. Two files of one day are told apart in a folder."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime

from printalma.lib.i18n import t
from printalma.lib.letters import plain
from printalma.orders import payments
from printalma.orders.listing.choices import OPEN
from printalma.orders.listing.filters import OrderFilters

MAX_NAME = 120  # characters in front of the day

# How the values of a filter are called; one that is missing here is called as in the address.
_LABELS: dict[str, Callable[[str], str]] = {
    "status": lambda value: t(f"statuses.{value}"),
    "payment": payments.label,
    "paymentStatus": lambda value: t(f"paying.chip.{value}"),
    "marks": lambda value: t("ui.find.marks.open") if value == OPEN else t(f"marks.{value}"),
}


def name_of(filters: OrderFilters, kind: str, today: date) -> str:
    """The name of a file, in letters that every system and header takes. Its list is settled."""
    parts = [part for text in (t(f"export.names.{kind}"), *_said(filters)) if (part := _bare(text))]
    return f"{'-'.join(parts)[:MAX_NAME].strip('-')}-{_when(filters, today)}.csv"


def _said(filters: OrderFilters) -> Iterator[str]:
    for name, values in filters.chosen.items():
        yield from (_LABELS.get(name, str)(value) for value in values)
    if filters.search:
        yield filters.search if _bare(filters.search) else t("export.names.search")


def _when(filters: OrderFilters, today: date) -> str:
    first, last = (day.date() if isinstance(day, datetime) else day for day in (filters.first, filters.last))
    if first and last:
        return str(first) if first == last else f"{first}-{last}"
    edge = first or last
    return _bare(t("export.names.since" if first else "export.names.until", day=edge)) if edge else str(today)


def _bare(text: str) -> str:
    return re.sub("[^a-z0-9]+", "-", plain(text)).strip("-")
