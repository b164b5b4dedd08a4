"""The clock of a server's machine, which a test sets while it serves."""

from pathlib import Path

FOLDER = Path(__file__).parent / "set_clock"


class Clock:
    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._file.write_bytes(bytes(20))
        self.set(0)

    @property
    def settings(self) -> dict[str, str]:
        """What its server must be started with."""
        return {"PYTHONPATH": str(FOLDER), "CLOCK_FILE": str(self._file)}

    def set(self, ahead: int) -> None:
        """So many seconds ahead of the true time."""
        with self._file.open("r+") as file:  # in place: no reader finds it empty
            file.write(f"{ahead:<20}")
