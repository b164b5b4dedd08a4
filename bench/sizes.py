"""What an order costs in a shop that has few orders, and in one that has a million of them."""

import os
import sys
from pathlib import Path

from bench import million
from bench.figures import goal, ms, table
from bench.rig import Rig, rig
from tests.support.postgres import Postgres
from tests.support.server import Server

SIZES = (10_000, 100_000, 1_000_000)
GOAL = 1.3  # times what it costs in the smallest shop
SECONDS = 6


def measure(rig: Rig) -> None:
    """Table 14."""
    sizes = SIZES[: rig.pick(1, 3)]
    rows = []
    for kind in ("SQLite", "PostgreSQL"):
        first = 0.0
        for size in sizes:
            cost, p99 = _asked(rig, kind, size)
            first = first or cost
            rows.append((kind, f"{size}", ms(cost), goal(cost / first, GOAL, f"<= {GOAL} times the first"), ms(p99)))
    heads = ("database", "orders", "server CPU an order", "goal", "POST to screen p99")
    table(f"14 · Cost against size, 16 clients for {SECONDS} s, one dashboard", heads, rows)


def _asked(rig: Rig, kind: str, size: int) -> tuple[float, float]:
    """Seconds of the server's processor for an order, and the 99th percentile of the way to a screen."""
    postgres = Postgres() if kind == "PostgreSQL" else None
    file = rig.folder / f"size-{size}.db"
    try:
        if postgres is not None:
            postgres.start()
        url = postgres.create("sizes") if postgres is not None else f"sqlite:///{file}"
        million.fill(url, size)
        with Server(url, rig.folder) as server:
            rig.show(server, 1)
            rig.post(server, 2)
            run = rig.post(server, SECONDS)
            rig.show(server, 0)
        return run.server, run.screens.p99
    finally:
        if postgres is not None:
            postgres.remove()
        for left in Path(rig.folder).glob(f"{file.name}*"):
            os.remove(left)


if __name__ == "__main__":
    with rig("--quick" in sys.argv[1:]) as found:
        measure(found)
