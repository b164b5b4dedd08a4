"""The lists of a shop that has many orders: one filled shop on each database, asked as a page asks."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench import million
from bench.figures import goal, median, ms, table
from bench.rig import Rig, rig
from tests.support import database
from tests.support.postgres import Postgres
from tests.support.server import ROOT, Server, environment

GOAL = 0.100  # of processor, of the server and of the database together: what waits for others' work is not counted
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
YEAR, MONTH = "from=2026-01-01&to=2026-10-31", "from=2026-06-01&to=2026-06-30"
SORTS = ("oldest", "largest", "smallest", "updated")
FILTERS = {
    "a status": "status=DELIVERED",
    "two statuses, a payment": "status=PENDING&status=CANCELLED&payment=OTHER",
    "a payment": "payment=OTHER",
    "paid": "paymentStatus=PAID",
    "due": "paymentStatus=DUE",
    "paid, on its way": "paymentStatus=PAID&status=SHIPPED",
    "due, another payment": "paymentStatus=DUE&payment=PAYTECH",
    "to be checked": "marks=open",
    "to be checked, delivered": "marks=open&status=DELIVERED",
    "mine": "holder=me",
    "nobody's": "holder=nobody",
    "nobody's, to be printed": "holder=nobody&toPrint=open",
    "to be printed": "toPrint=open",
    "slips to be printed": "toPrint=slip&status=CONFIRMED",
    "today": "period=today",
    "a month": MONTH,
    "a year": YEAR,
    "a year, due": f"{YEAR}&paymentStatus=DUE",
    "a month, a status": f"{MONTH}&status=CANCELLED",
}
WORDS = {
    "a place": "dakar",
    "a name": "n'guessan",
    "one customer": "client123456@",
    "nothing": "zzzzz",
    "misspelt": "Koulibaly",
    "two misspelt": "Fatu Dialo",
    "two words": "diop dakar",
    "three rare ones": "fatou n'guessan lyon",
    "never together": "étienne sékou",
    "two letters": "ba",
    "a letter": "a",
    "an amount": "43,80",
    "a street": "rue felix faure",
    "what all have": "@example.org",
}
OTHERS = {
    "page 10,000 of the API": "/orders/admin/all?page=10000&limit=100",
    "largest, API": "/orders/admin/all?sortBy=totalAmount&page=1000",
    "paid, API": "/orders/admin/all?paymentStatus=PAID",
    "statistics": "/orders/admin/statistics",
    "numbers": "/dashboard/numbers",
    "to collect": "/dashboard/to-collect",
    "bell": "/dashboard/notifications",
    "workshop": "/dashboard/atelier",
    "an order": "/dashboard/orders/500",
    "an order of a list": "/dashboard/orders/500?list=q%3Ddiop",
}
STREAMS = {
    "file": "/dashboard/orders.csv",
    "file of a search": "/dashboard/orders.csv?q=n%27guessan",
    "whole list": "/dashboard/bulk",
    "whole list, largest paid": "/dashboard/bulk?paymentStatus=PAID&sort=largest",
    "whole list of a search": "/dashboard/bulk?q=diop",
}
WHOLE = """
import wsgi, resource
from printalma.accounts.policy import EVERYTHING
from printalma.db import reading
from printalma.orders.listing import page
from printalma.orders.listing.filters import OrderFilters
from printalma.config import settings
with wsgi.app.app_context(), reading() as connection:
    for chunk in page.matching(connection, OrderFilters(EVERYTHING), settings().shop_tz):
        pass
"""


@dataclass(frozen=True)
class Cost:
    """Of one request, in seconds: processor of the server and the database, the clock, and the clock the first time."""

    server: float
    database: float
    wall: float
    cold: float


def measure(rig: Rig) -> None:
    """Table 9."""
    count = rig.pick(20_000, 1_000_000)
    for kind in ("SQLite", "PostgreSQL"):
        with _database(rig, kind) as url:
            filled = million.fill(url, count)
            whole, costs = _whole(url), _asked(rig, url)
        rows = [(name, *map(ms, (c.server, c.database, c.wall, c.cold)), _goal(c)) for name, c in costs.items()]
        heads = ("asked", "server", "database", "clock", "first time", "goal")
        note = f"Filling the shop took {filled:.0f} s, reading every order for a file {whole:.0f} s."
        table(f"9 · Lists of {count} orders on {kind}, processor (medians of {rig.pick(3, 5)})", heads, rows, note)


def addresses() -> dict[str, str]:
    """Every list, by what it shows."""
    found = {"list": "/dashboard"} | {f"{sort}": f"/dashboard?sort={sort}" for sort in SORTS}
    for name, query in FILTERS.items():
        found |= {name: f"/dashboard?{query}", f"{name}, tabs": f"/dashboard/views/tabs?{query}"}
    for name in ("due", "a payment", "nobody's", "to be printed", "a year"):
        found |= {f"{name}, {sort}": f"/dashboard?{FILTERS[name]}&sort={sort}" for sort in ("largest", "updated")}
    for name, words in WORDS.items():
        found |= {
            f"search: {name}": f"/dashboard?q={quote(words)}",
            f"search: {name}, tabs": f"/dashboard/views/tabs?q={quote(words)}",
            f"search: {name}, due": f"/dashboard?q={quote(words)}&paymentStatus=DUE",
            f"search: {name}, a year": f"/dashboard?q={quote(words)}&{YEAR}",
        }
    return found | OTHERS


def _asked(rig: Rig, url: str) -> dict[str, Cost]:
    server = Server(url, rig.folder).start()
    try:
        asked = {name: (path, False) for name, path in addresses().items()}
        asked |= {f"{name}, its beginning": (path, True) for name, path in STREAMS.items()}
        return {name: _cost(server, url, *each, rig.pick(3, 5)) for name, each in asked.items()}
    finally:
        server.kill()


def _cost(server: Server, url: str, path: str, is_stream: bool, times: int) -> Cost:
    admin, pids = server.admin_once(), server.workers()

    def ask() -> float:
        began = time.monotonic()
        if is_stream:
            connection = admin._connection()
            connection.request("GET", path, headers={"Cookie": admin.cookie})
            assert connection.getresponse().read(1)
            took = time.monotonic() - began
            connection.close()
            return took
        assert admin.get(path, Cookie=admin.cookie).status == 200, path
        return time.monotonic() - began

    cold = ask()
    backends = [row[0] for row in database.select(url, BACKENDS)] if url.startswith("postgresql") else []
    runs = [_run(ask, pids, backends) for _ in range(times)]
    processor, backend, wall = (median(run[n] for run in runs) for n in range(3))
    return Cost(processor, backend, wall, cold)


def _run(ask: Callable[[], float], pids: list[int], backends: list[int]) -> tuple[float, float, float]:
    before = _worked(pids), _worked(backends)
    took = ask()
    return _worked(pids) - before[0], _worked(backends) - before[1], took


def _worked(pids: list[int]) -> float:
    """Seconds on a processor of these processes, those of them that are still there."""
    files = (Path(f"/proc/{pid}/schedstat") for pid in pids)
    return sum(int(file.read_text().split()[0]) for file in files if file.exists()) / 1e9


def _goal(cost: Cost) -> str:
    return goal(cost.server + cost.database, GOAL, "< 100 ms")


def _whole(url: str) -> float:
    began = time.monotonic()
    command = [sys.executable, "-c", WHOLE]
    subprocess.run(command, cwd=ROOT, env=environment(url), check=True, capture_output=True)
    return time.monotonic() - began


@contextmanager
def _database(rig: Rig, kind: str) -> Iterator[str]:
    if kind == "SQLite":
        yield f"sqlite:///{rig.folder / 'lists.db'}"
        return
    server = Postgres()
    server.start()
    try:
        yield server.create("lists")
    finally:
        server.remove()


if __name__ == "__main__":
    with rig("--quick" in sys.argv[1:]) as found:
        measure(found)
