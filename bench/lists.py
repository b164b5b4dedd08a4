"""The lists of a shop that has many orders: one filled shop on each database, asked as a page asks."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from urllib.parse import quote

from bench import million
from bench.figures import goal, median, ms, table
from bench.rig import Rig, rig
from tests.support import database
from tests.support.postgres import Postgres
from tests.support.server import BIN, ROOT, Server, environment

HELD, MAX_HELD = "/held", 0.200  # bench.held.PATH, whose import is a shop
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
    """Of one request, in seconds: processor of the server and the database, the clock, the processor of both the first
    time, and for how long nobody else was served."""

    server: float
    database: float
    wall: float
    first: float
    held: float


def measure(rig: Rig) -> None:
    """Table 9."""
    count = rig.pick(20_000, 1_000_000)
    for kind in ("SQLite", "PostgreSQL"):
        with _database(rig, kind) as url:
            filled = million.fill(url, count)
            whole, costs = _whole(url), _asked(rig, url)
        rows = [(name, *map(ms, astuple(c)), *_goals(name, c)) for name, c in costs.items()]
        heads = ("asked", "server", "database", "clock", "first time", "held", "goal", "held goal")
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
    server = Server(url, rig.folder, _start).start()
    server.admin_once().get(HELD)  # from here on it looks
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

    def run() -> tuple[float, ...]:
        backends = [row[0] for row in database.select(url, BACKENDS)] if url.startswith("postgresql") else []
        admin.get(HELD)
        before = _worked(pids), _worked(backends)
        took = ask()
        costs = _worked(pids) - before[0], _worked(backends) - before[1], took
        return *costs, float(admin.get(HELD).text) / 1000

    first, *runs = [run() for _ in range(times + 1)]
    server_cpu, database_cpu, wall, held = (median(each[n] for each in runs) for n in range(4))
    return Cost(server_cpu, database_cpu, wall, first[0] + first[1], max(held, first[3]))


def _start(env: dict[str, str], log_file: Path) -> subprocess.Popen[bytes]:
    """The shop that tells how long it was held."""
    with open(log_file, "ab") as log:
        command = [str(BIN / "gunicorn"), "bench.held:app"]
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)


def _worked(pids: list[int]) -> float:
    """Seconds on a processor of these processes, those of them that are still there."""
    files = (Path(f"/proc/{pid}/schedstat") for pid in pids)
    return sum(int(file.read_text().split()[0]) for file in files if file.exists()) / 1e9


def _goals(name: str, cost: Cost) -> tuple[str, str]:
    """What stands on tabs is kept for a moment: the first time counts."""
    took = cost.first if name.endswith("tabs") else cost.server + cost.database
    return goal(took, GOAL, "< 100 ms"), goal(cost.held, MAX_HELD, "< 200 ms")


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
