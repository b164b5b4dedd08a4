"""The header Retry-After (RFC 9110, 10.2.3): when somebody who has too much to do may be asked again."""

from datetime import UTC
from email.utils import parsedate_to_datetime

from printalma.lib.clock import now

MAX_SECONDS = 3600.0


def seconds(header: str | None) -> float | None:
    """From seconds or a date, an hour at most; None for anything else."""
    if not header:
        return None
    if header.isascii() and header.isdigit():
        return min(float(header[:9]), MAX_SECONDS)
    try:
        moment = parsedate_to_datetime(header)
        found = ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now()).total_seconds()
    except (ValueError, OverflowError):  # the latter: a year, or a time zone, of twenty digits
        return None
    return min(max(found, 0.0), MAX_SECONDS)
