"""Why a picture is not here."""

from enum import StrEnum


class Trouble(StrEnum):
    ADDRESS = "address"  # no address of the web: another scheme, port or network
    AWAY = "away"  # the host does not answer, or says that it cannot now
    GONE = "gone"  # the host says that there is none
    SLOW = "slow"
    REDIRECTS = "redirects"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    NO_PICTURE = "no_picture"  # something else, whatever its name says, or a broken one
    TOO_MANY = "too_many"  # of one order
    NO_ROOM = "no_room"

    @property
    def is_passing(self) -> bool:
        """Whether it is worth trying again."""
        return self in (Trouble.AWAY, Trouble.SLOW, Trouble.NO_ROOM)


class FetchFailed(Exception):
    """`retry_after`: the seconds that a host asked us to wait."""

    def __init__(self, trouble: Trouble, retry_after: float | None = None) -> None:
        super().__init__(trouble)
        self.trouble, self.retry_after = trouble, retry_after
