"""Load, and things that break on a seeded schedule. Afterwards three lists must be equal: the orders that were
acknowledged, those in the database, and those each dashboard showed.

    python -m tests.system.chaos --seconds 600 --seed 7 --database postgres
    python -m tests.system.chaos --servers 1 --workers 1 [FAULT ...]
"""

import argparse
import http.client
import os
import random
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import warm
from tests.support.client import Client, cart
from tests.support.database import select
from tests.support.disk import SmallDisk
from tests.support.inside import flask
from tests.support.pgbouncer import FOUND, PgBouncer
from tests.support.postgres import Postgres
from tests.support.proxy import Proxy
from tests.support.server import COLD, Server, Start, eventually
from tests.system.faults import SETTLE, Fault, Scene, possible

POSTERS = 3
RHYTHM = 0.2  # seconds between two orders of one: some are on their way whenever something breaks
# Orders a page may be behind until nobody posts more: with 500 events it would be given its list anew, not told each.
BEHIND = 200
ENOUGH = 30  # orders, also when a new era began at the very end
PATIENCE = 120.0  # seconds in which somebody must take an order
TRACEBACK = re.compile(r"^Traceback .*\n(?: .*\n)*.*", re.MULTILINE)


@dataclass
class Report:
    """What was found. Orders are ids."""

    acknowledged: list[int] = field(default_factory=list)
    in_database: list[int] = field(default_factory=list)
    shown: list[set[int]] = field(default_factory=list)
    twice: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[int]:
        """How many orders each page has not shown."""
        return [len(set(self.in_database) - shown) for shown in self.shown]

    @property
    def is_clean(self) -> bool:
        same = sorted(self.acknowledged) == sorted(self.in_database)
        return same and bool(self.acknowledged) and not (self.twice or any(self.missing) or self.complaints)

    def __str__(self) -> str:
        counted = ", ".join(f"{name} {n}" for name, n in sorted(Counter(self.faults).items()))
        return (
            f"{len(self.faults)} faults: {counted}\n"
            f"acknowledged {len(self.acknowledged)}, in the database {len(self.in_database)}, "
            f"missing on the pages {self.missing}, shown twice {sorted(self.twice)}"
        ) + "".join(f"\n{complaint}" for complaint in self.complaints)


class Chaos:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._stop = threading.Event()
        self.report = Report()
        scene.open_pages()

    def run(self, faults: Sequence[Fault], seconds: float = 0.0, settle: float = SETTLE) -> Report:
        """Each fault once, and again for so long; mend everything, let the pages catch up, and compare."""
        posters = [threading.Thread(target=self._post, args=(n,), daemon=True) for n in range(POSTERS)]
        for poster in posters:
            poster.start()
        try:
            for fault in self._dealt(faults, seconds):
                self.report.faults.append(fault.__name__)
                fault(self._scene)
                self._scene.pause(0.2, 1.0)
            eventually(lambda: len(self._scene.acknowledged[self._scene.era]) >= ENOUGH, PATIENCE)
        finally:
            self._stop.set()
        for poster in posters:
            poster.join(PATIENCE)
        return self._compare(settle)

    def _dealt(self, faults: Sequence[Fault], seconds: float) -> Iterator[Fault]:
        """All of them, in an order of chance, again and again."""
        deadline = time.monotonic() + seconds
        yield from self._scene.random.sample(faults, len(faults))
        while time.monotonic() < deadline:
            for fault in self._scene.random.sample(faults, len(faults)):
                if time.monotonic() > deadline:
                    return
                yield fault

    def _compare(self, settle: float) -> Report:
        report, scene = self.report, self._scene
        report.acknowledged = scene.acknowledged[scene.era]
        of_this_era = "SELECT id FROM orders WHERE shipping_name LIKE :name"
        report.in_database = [row.id for row in select(scene.database, of_this_era, name=f"{_name(scene.era)} %")]
        deadline = time.monotonic() + settle
        while time.monotonic() < deadline and any(set(report.in_database) - page.ever for page in scene.pages):
            time.sleep(0.1)
        report.shown = [set(page.ever) for page in scene.pages]
        scene.close(scene.pages)
        report.twice = scene.twice
        report.complaints += {found for server in scene.servers for found in TRACEBACK.findall(server.log)}
        return report

    def _post(self, poster: int) -> None:
        """Orders one after the other, each asked for again, with its key, until somebody acknowledges it."""
        n = 0
        while not self._stop.is_set():
            era = self._scene.era
            known = self._scene.acknowledged[era]
            if len(known) - min(len(page.ever) for page in self._scene.pages) > BEHIND:
                time.sleep(0.1)
                continue
            n += 1
            try:
                known.append(self._until_acknowledged(era, f"chaos-{os.getpid()}-{poster}-{n}"))
            except AssertionError as refused:
                self.report.complaints.append(str(refused))
            time.sleep(RHYTHM)

    def _until_acknowledged(self, era: int, key: str) -> int:
        details = cart()["shippingDetails"] | {"firstName": _name(era)}
        deadline = time.monotonic() + PATIENCE
        while True:
            assert time.monotonic() < deadline, "an order was never accepted"
            server = random.choice(self._scene.servers)
            try:
                answer = Client(server.url).post("/orders/guest", cart(shippingDetails=details), Idempotency_Key=key)
            except (OSError, http.client.HTTPException):
                answer = None
            if answer is not None and answer.status in (200, 201):
                order: int = answer.data["id"]
                return order
            assert answer is None or answer.status == 503, f"{answer.status} {answer.text}"
            time.sleep(0.05)


def _name(era: int) -> str:
    """Whose orders those of an era are."""
    return f"Awa{era}"


@contextmanager
def scene(
    kind: str,
    seed: int,
    servers: int = 2,
    workers: int = 2,
    pooled: bool = False,
    how: Start = COLD,
    /,
    **settings: str,
) -> Iterator[Scene]:
    """A shop on a fresh database, whose servers are started by `how`, and all that there is to break of it."""
    with ExitStack() as ends:
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        ends.callback(warm.close, folder)
        disk = _disk(ends)
        postgres, line = None, None
        if kind == "postgres":
            postgres = Postgres(disk.folder if disk else None)
            ends.callback(postgres.remove)
            postgres.start()
            database = postgres.create("chaos")
            address = _pooled(ends, postgres, database) if pooled else database
            line = _proxy(ends, address)
            address = line.address(address)
        else:
            database = address = f"sqlite:///{(disk.folder if disk else folder) / 'shop.db'}"
        flask(database, "setup", "--catalogue")
        started = [Server(address, folder, how, WORKERS=str(workers), **settings) for _ in range(servers)]
        for server in started:
            ends.callback(server.kill)
            server.start()
        proxies = [_proxy(ends, server.url) for server in started]
        yield Scene(database, started, proxies, random.Random(seed), folder, postgres, line, disk)


def _disk(ends: ExitStack) -> SmallDisk | None:
    try:
        disk = SmallDisk()
    except OSError as refused:
        print(f"No small disk, so none is filled: {refused}")
        return None
    ends.callback(disk.remove)
    return disk


def _proxy(ends: ExitStack, url: str) -> Proxy:
    proxy = Proxy(url)
    ends.callback(proxy.close)
    return proxy


def _pooled(ends: ExitStack, postgres: Postgres, database: str) -> str:
    if FOUND is None:
        print("No pgbouncer on this machine: without it.")
        return database
    bouncer = PgBouncer(postgres)
    ends.callback(bouncer.remove)
    return bouncer.url(database)


def main() -> None:
    """The whole thing by hand, for as long as told."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2, help="of each server")
    parser.add_argument("--pooled", action="store_true", help="PgBouncer stands between the servers and PostgreSQL")
    parser.add_argument("--without-replay", action="store_true", help="to see what the comparison then finds")
    parser.add_argument("faults", nargs="*", help="these alone, and not all there are")
    asked = parser.parse_args()
    print(f"seed {asked.seed}, {asked.database}, {asked.servers} servers of {asked.workers} workers", flush=True)
    with scene(asked.database, asked.seed, asked.servers, asked.workers, asked.pooled) as found:
        faults = [fault for fault in possible(found) if not asked.faults or fault.__name__ in asked.faults]
        found.replays = not asked.without_replay
        report = Chaos(found).run(faults, asked.seconds)
    print(report)
    raise SystemExit(0 if report.is_clean else 1)


if __name__ == "__main__":
    main()
