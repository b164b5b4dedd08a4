"""`python -m bench.peers FOLDER`: PrintAlma beside its fastest rival, in turn, and which wishes are missed.

FOLDER has the rival and a load generator (its README says how they are run); what is measured of both is the same job.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from bench import idle
from bench.figures import goal, median, table
from tests.support.postgres import Postgres
from tests.support.server import ROOT

OURS, RIVAL = "printalma", "nest-better-sqlite3"
COUNTS = (1, 100, 1000)
UNBOUNDED = {"GUEST_ORDERS_PER_MINUTE": "0", "ORDERS_PER_MINUTE": "0"}
BUSY = 0.25  # processors that others use: beyond it only the cost of an order means something

WAYS = {"PostgreSQL, 1": {"WORKERS": "1"}, "PostgreSQL, 2": {"WORKERS": "2"}, "SQLite, 2": {"WORKERS": "2"}}

Runs = dict[tuple[str, str, int], list[dict[str, Any]]]  # by whose, phase and dashboards


@dataclass(frozen=True)
class Wish:
    """A line of the table: what is asked of the runs of a phase, and its ratio to the rival's."""

    text: str
    phase: str
    count: int
    ratio: float
    of: Callable[[dict[str, Any]], float]
    least: bool = False


def _rate(run: dict[str, Any]) -> float:
    return float(run["orders_s"])


def _screen(run: dict[str, Any]) -> float:
    return float(run["lat"]["p50"])


def _late(run: dict[str, Any]) -> float:
    return float(run["lat"]["p99"])


def _memory(run: dict[str, Any]) -> float:
    return float(run["mem"]["pss_mb"])


WISHES = (
    Wish("orders/s, 16 clients, 1 dashboard", "closed", 1, 1.05, _rate, least=True),
    Wish("… 100 dashboards", "closed", 100, 1.7, _rate, least=True),
    Wish("… 1,000 dashboards", "closed", 1000, 5.0, _rate, least=True),
    Wish("order → screen p50 in ms at 20/s, 1 dashboard", "paced", 1, 1.0, _screen),
    Wish("… 100 dashboards", "paced", 100, 1.0, _screen),
    Wish("… 1,000 dashboards", "paced", 1000, 0.9, _screen),
    Wish("p99 order → screen in ms under full load, 1,000", "closed", 1000, 0.08, _late),
    Wish("memory in MB, 1 dashboard (PSS)", "paced", 1, 0.8, _memory),
)


def main() -> None:
    folder, repeats = Path(sys.argv[1]), int(os.environ.get("REPEATS", "3"))
    with tempfile.TemporaryDirectory(prefix="printalma-peers-") as kept:
        runs = _runs(_measured(folder, Path(kept) / "all", repeats, COUNTS, f"{OURS} {RIVAL}"))
        _beside(runs)
        _cost(runs)
        idle.measure()
        _on_postgres(folder, Path(kept), repeats, runs)


def _measured(
    folder: Path, out: Path, repeats: int, counts: Iterable[int], names: str, **settings: str
) -> list[dict[str, Any]]:
    """What the folder's own script measures, with fresh servers and databases each time."""
    asked = [str(repeats), " ".join(map(str, counts)), str(out), names]
    extra = {"REPO": str(ROOT), "EXTRA": "--secs 6"} | UNBOUNDED | settings
    subprocess.run([folder / "measure.sh", *asked], check=True, env=os.environ | extra)
    found: list[dict[str, Any]] = [json.loads(line) for line in out.read_text().splitlines()]
    return found


def _runs(lines: Iterable[dict[str, Any]]) -> Runs:
    found: Runs = defaultdict(list)
    for line in lines:
        if line["phase"] == "failed" or line["lost"] or line["dup"] or set(line["statuses"]) != {"201"}:
            print(f"FAILED: {line}")
        else:
            found[line["label"], line["phase"], line["subs"]].append(line)
    return found


def _beside(runs: Runs) -> None:
    rows, missed = [], 0
    for wish in WISHES:
        mine, theirs = (median(map(wish.of, runs[who, wish.phase, wish.count])) for who in (OURS, RIVAL))
        said = goal(mine / theirs, wish.ratio, f"{'>=' if wish.least else '<='} {wish.ratio}", wish.least)
        missed += said.endswith("NO")
        rows.append((wish.text, f"{mine:.1f}", f"{theirs:.1f}", f"{mine / theirs:.2f}", said))
    heads = ("", "PrintAlma", "the rival", "ratio", "wanted")
    told = "Nothing is missed." if not missed else f"{missed} missed."
    table(f"10 · PrintAlma beside {RIVAL}, medians", heads, rows, f"{told} {_others(runs)}")


def _cost(runs: Runs) -> None:
    rows = [
        (phase, str(count), *(f"{_each(runs[who, phase, count]):.2f}" for who in (OURS, RIVAL)))
        for phase in ("closed", "paced")
        for count in COUNTS
    ]
    table("11 · Server CPU in ms an order", ("phase", "dashboards", "PrintAlma", "the rival"), rows)


def _each(runs: list[dict[str, Any]]) -> float:
    each: list[float] = [1000 * run["cores"]["server"] / max(1.0, run["orders_s"]) for run in runs]
    return median(each)


def _others(runs: Runs) -> str:
    others = max(run["cores"]["other"] for found in runs.values() for run in found)
    return f"Others used up to {others:.2f} processors{': believe the cost alone' if others > BUSY else ''}."


def _on_postgres(folder: Path, kept: Path, repeats: int, on_sqlite: Runs) -> None:
    """The same on PostgreSQL, with one process and with two; and two on SQLite."""
    found: Runs = {}
    server = Postgres()
    server.start()
    try:
        for n, (label, settings), count in product(range(repeats), WAYS.items(), COUNTS[:2]):
            # The script puts words together without quotes, and signs its people up anew each time.
            mark = f"{label.replace(', ', '-')}-{n}-{count}"
            place = {"DATABASE_URL": server.create(mark)} if label.startswith("PostgreSQL") else {}
            lines = _measured(folder, kept / mark, 1, (count,), OURS, LABEL=mark, **settings, **place)
            for (_, phase, _), runs in _runs(lines).items():
                found.setdefault((label, phase, count), []).extend(runs)
    finally:
        server.remove()
    found |= {("SQLite, 1", phase, n): runs for (who, phase, n), runs in on_sqlite.items() if who == OURS}
    rows = [
        (
            label,
            *(f"{median(map(_rate, found[label, 'closed', n])):.0f}" for n in (1, 100)),
            f"{_each(found[label, 'closed', 1]):.2f}",
            f"{median(map(_screen, found[label, 'paced', 1])):.1f}",
        )
        for label in ("SQLite, 1", "SQLite, 2", "PostgreSQL, 1", "PostgreSQL, 2")
    ]
    heads = ("database, processes", "orders/s, 1 dashboard", "100", "server CPU in ms an order", "to screen p50 in ms")
    note = "Wanted of PostgreSQL: 450 and 350 orders/s with one process, 1.3 times that with two; CPU 1.3 of SQLite's; "
    table("12 · Databases and processes", heads, rows, note + "to the screen 1.5 of SQLite's, with two 1.5 of one.")


if __name__ == "__main__":
    main()
