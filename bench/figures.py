"""Percentiles, medians and tables."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

median = statistics.median


@dataclass(frozen=True)
class Spread:
    """Seconds over all sockets and orders: how many, the median, the 99th percentile; `whole` is the median
    time until the last socket had an order."""

    count: int
    p50: float
    p99: float
    whole: float


def percentile(sorted_values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` per cent of the values do not exceed; nan for none."""
    if not sorted_values:
        return float("nan")
    return sorted_values[max(0, -(-len(sorted_values) * percent // 100).__int__() - 1)]


def spread(waits: list[float], lasts: list[float]) -> Spread:
    waits.sort()
    lasts.sort()
    return Spread(len(waits), percentile(waits, 50), percentile(waits, 99), percentile(lasts, 50))


def middle(spreads: Sequence[Spread]) -> Spread:
    """The median of several runs, figure by figure."""
    return Spread(
        sum(found.count for found in spreads),
        median(found.p50 for found in spreads),
        median(found.p99 for found in spreads),
        median(found.whole for found in spreads),
    )


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def goal(value: float, wanted: float, text: str, least: bool = False) -> str:
    """The goal and whether it was reached; `least` when more is better."""
    reached = value >= wanted if least else value <= wanted
    return f"{text} {'yes' if reached else 'NO'}"


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> None:
    """Print rows under their heads, right-aligned, with the title above and the note below."""
    widths = [max(len(row[n]) for row in (heads, *rows)) for n in range(len(heads))]
    print(f"\n{title}")
    for row in (heads, *rows):
        print("  " + "   ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
    if note:
        print(f"  {note}")
