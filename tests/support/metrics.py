"""What `/metrics` says."""

import re


def value(text: str, series: str) -> float:
    """The number behind a series in the text form of Prometheus; 0 where it has none yet."""
    found = re.search(rf"^{re.escape(series)} ([\d.e+-]+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0
