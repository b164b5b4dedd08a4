"""How many bytes of large bodies are under way, everybody's together: beyond that, a body waits for its room.

Who waits is not refused: an order would be lost that nobody hears of. After a while it is read without its pictures.
(Room for pictures that are kept: storage.py.)
"""

from threading import Condition

PATIENCE_SECONDS = 20.0


class Room:
    """`most` bytes in all, half of it at most for one address; 0 is no limit."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: dict[str, int] = {}
        self._changed = Condition()

    def take(self, address: str, size: int) -> bool:
        """Wait for `size` bytes. False when there was no room for them for so long."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._fits(address, size), PATIENCE_SECONDS):
                return False
            self._taken[address] = self._taken.get(address, 0) + size
            return True

    def give_back(self, address: str, size: int) -> None:
        with self._changed:
            self._taken[address] -= size
            if not self._taken[address]:
                del self._taken[address]
            self._changed.notify_all()

    def _fits(self, address: str, size: int) -> bool:
        """An address may always have one."""
        mine, all_ = self._taken.get(address, 0), sum(self._taken.values())
        if not self._most or not all_:
            return True
        return all_ + size <= self._most and (not mine or mine + size <= self._most // 2)
