"""Views that no feature owns."""

from dataclasses import dataclass

from printalma.db import Connection

DEFAULT_PATH = "/dashboard"


@dataclass(frozen=True)
class PlainPage:
    """A page with nothing live on it but what others did."""

    name = ""

    def redraw(self, _connection: Connection) -> str:
        return ""
