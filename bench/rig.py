"""What every measurement needs: a shop, the two load generators, and how long to take."""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import figures, wire
from bench.child import Child
from bench.figures import Spread
from bench.screens import Screens
from bench.tills import Taken, Tills
from tests.support.server import Server, flask

CLIENTS = 16
QUIET = 0.02  # seconds of processor time in a tenth of a second: a server that does no more is at rest


@dataclass(frozen=True)
class Run:
    """What came of posting orders for a while."""

    rate: float  # orders accepted a second
    screens: Spread  # from POST to the dashboards
    answers: Spread  # from POST to its answer
    server: float  # seconds of the server's processor time for each order
    tills: float  # the share of a processor that each generator used
    readers: float


@dataclass(frozen=True)
class Rig:
    folder: Path
    tills: Child
    screens: Child
    quick: bool

    def pick(self, quick: int, full: int) -> int:
        """How many runs, or seconds, this effort allows."""
        return quick if self.quick else full

    @contextlib.contextmanager
    def shop(self, name: str, **settings: str) -> Iterator[Server]:
        """A fresh shop on SQLite that has been warmed up."""
        url = f"sqlite:///{self.folder / name}.db"
        flask(url, "setup", "--catalogue")
        server = Server(url, self.folder, **settings).start()
        try:
            self.tills.ask("take", server.port, CLIENTS, 1.0, 100.0)
            yield server
        finally:
            self.screens.ask("show", server.port, None, 0)
            server.kill()

    def show(self, server: Server, count: int, since: int | None = None, door: str = wire.PAGE) -> float:
        """Have `count` dashboards on the server and wait until it is at rest; the seconds the new ones took."""
        took: float = self.screens.ask("show", server.port, server.admin_once().token, count, since, door)
        rest(server)
        return took

    def post(self, server: Server, seconds: float, rate: float | None = None) -> Run:
        """Post orders (as fast as they are taken, without a rate) until every dashboard has the last of them."""
        self.screens.ask("forget")
        before = (cpu(server), self.tills.busy(), self.screens.busy())
        began = time.monotonic()
        taken: list[Taken] = self.tills.ask("take", server.port, CLIENTS, seconds, rate)
        took = time.monotonic() - began
        last = max((order.order_id for order in taken), default=None)
        self.screens.ask("settle", server.admin_once().last_event(), last)
        after = (cpu(server), self.tills.busy(), self.screens.busy())
        used = [now - then for now, then in zip(after, before, strict=True)]
        spread = self.screens.ask("spread", {order.order_id: order.sent for order in taken})
        waits = [order.answered - order.sent for order in taken]
        answers = figures.spread(waits, [])
        return Run(len(taken) / took, spread, answers, used[0] / max(1, len(taken)), used[1] / took, used[2] / took)


@contextlib.contextmanager
def rig(quick: bool) -> Iterator[Rig]:
    """The generators, and a folder that goes when they do."""
    with tempfile.TemporaryDirectory(prefix="printalma-bench-") as folder:
        tills, screens = Child(Tills), Child(Screens)
        try:
            yield Rig(Path(folder), tills, screens, quick)
        finally:
            tills.end()
            screens.end()


def cpu(server: Server) -> float:
    """Seconds of processor time that the server's workers have used."""
    return sum(cpu_of(pid) for pid in server.workers())


def memory(server: Server) -> int:
    """Bytes of memory that the workers hold."""
    return sum(_pages(pid) for pid in server.workers()) * os.sysconf("SC_PAGE_SIZE")


def rest(server: Server) -> None:
    """Wait until the server has nothing to do, ten seconds at most."""
    deadline = time.monotonic() + 10
    used = -1.0
    while time.monotonic() < deadline and cpu(server) - used > QUIET:
        used = cpu(server)
        time.sleep(0.1)


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pages(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
