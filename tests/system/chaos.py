"""Load, and things that break on a seeded schedule. Afterwards three lists must be equal: the orders that were
acknowledged, those in the database, and those each dashboard showed.

    python -m tests.system.chaos --seconds 600 --seed 7 --database postgres
"""

import argparse
import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.client import Client, cart
from tests.support.database import select
from tests.support.page import Page
from tests.support.postgres import Postgres
from tests.support.proxy import Proxy
from tests.support.server import Server, flask

POSTERS = 3
PAGES = 4
SETTLE = 20.0  # seconds the pages have to catch up once everything runs again


@dataclass
class Report:
    """What was found. Orders are ids."""

    acknowledged: list[int] = field(default_factory=list)
    in_database: list[int] = field(default_factory=list)
    shown: list[set[int]] = field(default_factory=list)
    twice: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[int]:
        """How many orders each page has not shown."""
        return [len(set(self.in_database) - shown) for shown in self.shown]

    @property
    def is_clean(self) -> bool:
        same = sorted(self.acknowledged) == sorted(self.in_database)
        return same and bool(self.acknowledged) and not self.twice and not any(self.missing)

    def __str__(self) -> str:
        return (
            f"{len(self.faults)} faults: {', '.join(self.faults)}\n"
            f"acknowledged {len(self.acknowledged)}, in the database {len(self.in_database)}, "
            f"missing on the pages {self.missing}, shown twice {sorted(self.twice)}"
        )


class Chaos:
    """`replays` False lets pages come back without saying where they stopped, to show what the test then finds."""

    def __init__(
        self, database: str, servers: list[Server], seed: int, postgres: Postgres | None, replays: bool
    ) -> None:
        self._database = database
        self._servers = servers
        self._random = random.Random(seed)
        self._postgres = postgres
        self._stop = threading.Event()
        self._proxies = [Proxy(server.url) for server in servers]
        admin = servers[0].admin()
        self._pages = [Page(admin, self._proxies[n % len(servers)].url, replays=replays).open() for n in range(PAGES)]
        self.report = Report()

    def run(self, seconds: float, settle: float = SETTLE) -> Report:
        """Break things for so long, mend everything, give the pages `settle` seconds to catch up, and compare."""
        posters = [threading.Thread(target=self._post, args=(n,), daemon=True) for n in range(POSTERS)]
        for poster in posters:
            poster.start()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            fault = self._random.choice(self._faults())
            self.report.faults.append(fault.__name__.strip("_"))
            fault()
            time.sleep(self._random.uniform(0.2, 1.0))
        self._stop.set()
        for poster in posters:
            poster.join(60)
            assert not poster.is_alive(), "an order was never accepted"
        return self._compare(settle)

    def _compare(self, settle: float) -> Report:
        report = self.report
        report.in_database = [row.id for row in select(self._database, "SELECT id FROM orders")]
        deadline = time.monotonic() + settle
        while time.monotonic() < deadline and any(set(report.in_database) - page.ever for page in self._pages):
            time.sleep(0.1)
        report.shown = [set(page.ever) for page in self._pages]
        report.twice = set().union(*(page.twice for page in self._pages))
        for page in self._pages:
            page.close()
        for proxy in self._proxies:
            proxy.close()
        return report

    def _post(self, poster: int) -> None:
        """Orders one after the other, each asked for again, with its key, until somebody acknowledges it."""
        n = 0
        while not self._stop.is_set():
            n += 1
            key = f"chaos-{os.getpid()}-{poster}-{n}"
            self.report.acknowledged.append(self._until_acknowledged(key))
            time.sleep(0.02)

    def _until_acknowledged(self, key: str) -> int:
        while True:
            server = random.choice(self._servers)
            try:
                answer = Client(server.url).post("/orders/guest", cart(), Idempotency_Key=key)
            except OSError:
                answer = None
            if answer is not None and answer.status in (200, 201):
                order: int = answer.data["id"]
                return order
            assert answer is None or answer.status == 503, answer.text
            time.sleep(0.05)

    def _faults(self) -> list[Callable[[], None]]:
        faults = [self._kill_worker, self._kill_server, self._deploy, self._freeze, self._cut_lines]
        return faults + ([self._crash_database] if self._postgres else [])

    def _kill_worker(self) -> None:
        workers = self._random.choice(self._servers).workers()
        if workers:
            os.kill(self._random.choice(workers), signal.SIGKILL)

    def _kill_server(self) -> None:
        server = self._random.choice(self._servers)
        server.kill()
        server.start()

    def _deploy(self) -> None:
        server = self._random.choice(self._servers)
        server.stop()
        server.start()

    def _freeze(self) -> None:
        server = self._random.choice(self._servers)
        server.signal_all(signal.SIGSTOP)
        time.sleep(self._random.uniform(0.1, 1.0))
        server.signal_all(signal.SIGCONT)

    def _cut_lines(self) -> None:
        self._random.choice(self._proxies).cut_all()

    def _crash_database(self) -> None:
        assert self._postgres is not None
        self._postgres.stop(signal.SIGQUIT)
        time.sleep(self._random.uniform(0.1, 0.5))
        self._postgres.start()


def main() -> None:
    """The whole thing by hand, for as long as told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--without-replay", action="store_true", help="to see what the comparison then finds")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="printalma-chaos-"))
    postgres = Postgres() if options.database == "postgres" else None
    if postgres:
        postgres.start()
    database = postgres.create("chaos") if postgres else f"sqlite:///{folder / 'shop.db'}"
    flask(database, "setup", "--catalogue")
    servers = [Server(database, folder, WORKERS="2").start() for _ in range(2)]
    print(f"seed {options.seed}")
    try:
        report = Chaos(database, servers, options.seed, postgres, not options.without_replay).run(options.seconds)
    finally:
        for server in servers:
            server.kill()
        if postgres:
            postgres.remove()
    print(report)
    raise SystemExit(0 if report.is_clean else 1)


if __name__ == "__main__":
    main()
