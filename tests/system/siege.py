"""Attacks on a real server of this machine, one after the other, and what others feel of each: the longest that an
order waited for its answer, and for a screen, beside a harmless peer that sends as many bytes.

    python -m tests.system.siege --seconds 5 --database postgres --workers 2 [ATTACK ...]
    python -m tests.system.siege --dashboards 1000 [ATTACK ...]

With dashboards, sixteen clients post orders, and the median and the 99th percentile from there to all screens are told.
"""

import argparse
import http.client
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.__main__ import allow_sockets
from bench.rig import Rig, Run, rig
from tests.support import attacks
from tests.support.attacks import Aim, Attack
from tests.support.client import cart
from tests.support.database import append_events
from tests.support.postgres import Postgres
from tests.support.server import Server, flask
from tests.support.stream import Stream, stream

EVERY = 0.05  # seconds between two orders of the probe
EVENTS = 500  # in the log: as many as a catching up reads at most
CUSTOMERS = 3
RATE = 20.0  # orders a second that a crowd posts


@dataclass
class Probe:
    """A shop at work: it orders and waits for the answer and for its screen, again and again."""

    server: Server
    orders: list[float] = field(default_factory=list)
    screens: list[float] = field(default_factory=list)
    lost: int = 0

    def run(self, goes_on: Callable[[], bool]) -> "Probe":
        """Until `goes_on` no longer. What is not answered counts as long as it was waited for."""
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        screen = None
        while goes_on():
            began = time.monotonic()
            try:
                screen = screen or self._screen()
                began = time.monotonic()
                order = self._place(line)
                self.orders.append(time.monotonic() - began)
                while _order_of(screen.receive()) != order:
                    pass
            except (OSError, ValueError, http.client.HTTPException):  # hung up on, or refused
                self.lost += 1
                line.close()
                screen = None
            self.screens.append(time.monotonic() - began)
            time.sleep(EVERY)
        line.close()
        return self

    def _screen(self) -> Stream:
        screen = stream(self.server.admin_once(), timeout=60)
        screen.until_beat()
        return screen

    def _place(self, line: http.client.HTTPConnection) -> int:
        line.request("POST", "/orders/guest", json.dumps(cart()), {"Content-Type": "application/json"})
        found = json.loads(line.getresponse().read())
        if not found["success"]:
            raise ValueError(found)
        placed: int = found["data"]["id"]
        return placed

    def __str__(self) -> str:
        lost = f", {self.lost} lost" if self.lost else ""
        return f"{_worst(self.orders)} · {_worst(self.screens)} ms of {len(self.orders)}{lost}"


@dataclass
class Outcome:
    name: str
    aim: Aim
    beside: Probe | Run
    harmless: Probe | Run | None

    def __str__(self) -> str:
        ends = ", ".join(f"{n} × {end}" for end, n in self.aim.ends.most_common(4))
        shown = [_shown(found) for found in (self.beside, self.harmless)]
        return f"| {self.name} | {self.aim.sent / 1000:.0f} kB | {shown[0]} | {shown[1]} | {ends} |"


class Siege:
    """`crowd` is at work beside the attacks; a single probe is without one."""

    def __init__(self, server: Server, crowd: Rig | None = None) -> None:
        self.server = server
        self._crowd = crowd
        append_events(server.database_url, [_event() for _ in range(EVENTS)])
        people = [server.client().register(f"siege-{n}@example.org") for n in range(CUSTOMERS)]
        self._customers = [str(client.token) for client in people]

    def lay(self, how: Attack, seconds: float, compare: bool = True) -> Outcome:
        """One attack, and the harmless peer that sends as many bytes in the same time."""
        attacker = attacks.attack(how, self._aim(seconds))
        beside = self._probe(seconds)
        aim = attacker()
        harmless = None
        if compare:
            peer = attacks.attack(attacks.harmless, self._aim(seconds, budget=aim.sent))
            harmless = self._probe(seconds)
            peer()
        return Outcome(how.__name__, aim, beside, harmless)

    def _aim(self, seconds: float, budget: int = 0) -> Aim:
        return Aim(self.server.port, seconds, self._customers, str(self.server.admin_once().token), budget)

    def _probe(self, seconds: float) -> Probe | Run:
        if self._crowd:
            return self._crowd.post(self.server, seconds, RATE)
        deadline = time.monotonic() + seconds
        return Probe(self.server).run(lambda: time.monotonic() < deadline)


def _order_of(frame: dict[str, Any]) -> int | None:
    return frame["data"]["data"]["orderId"] if frame["event"] == "newOrder" else None


def _shown(found: Probe | Run | None) -> str:
    if isinstance(found, Run):
        return f"{found.screens.p50 * 1000:.0f} · {found.screens.p99 * 1000:.0f} ms at {found.rate:.0f} a second"
    return str(found or "–")


def _worst(times: list[float]) -> str:
    return f"{max(times) * 1000:.0f}" if times else "none"


def _event() -> dict[str, object]:
    about = {"user_id": 0, "sign_ins": []}
    return {"at": 0, "type": "AccessEnded", "actor_id": None, "order_id": None, "user_id": None, "data": about}


@contextmanager
def shop(database: str, folder: Path, **settings: str) -> Iterator[Server]:
    """A server on a fresh database of that kind."""
    postgres = Postgres() if database == "postgres" else None
    if postgres:
        postgres.start()
    url = postgres.create("siege") if postgres else f"sqlite:///{folder}/siege.db"
    server = Server(url, folder, **settings)
    try:
        flask(url, "setup", "--catalogue")
        yield server.start()
    finally:
        server.kill()
        if postgres:
            postgres.remove()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("attacks", nargs="*", help="their names; all without one")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--workers", default="1")
    parser.add_argument("--dashboards", type=int, default=0)
    asked = parser.parse_args()
    allow_sockets()
    told = f"p50 · p99 to {asked.dashboards} screens" if asked.dashboards else "worst: order · screen"
    print(f"{asked.database}, {asked.workers} worker(s), {asked.seconds:.0f} s each; {told}", flush=True)
    print(
        "| attack | sent | beside it | beside a harmless peer | how its lines ended |\n|---|---|---|---|---|",
        flush=True,
    )
    with (
        tempfile.TemporaryDirectory(prefix="printalma-siege-") as folder,
        shop(asked.database, Path(folder), WORKERS=asked.workers) as server,
        rig(quick=True) as crowd,
    ):
        if asked.dashboards:
            crowd.show(server, asked.dashboards)
        siege = Siege(server, crowd if asked.dashboards else None)
        for how in attacks.ATTACKS:
            if not asked.attacks or how.__name__ in asked.attacks:
                print(siege.lay(how, asked.seconds), flush=True)


if __name__ == "__main__":
    main()
