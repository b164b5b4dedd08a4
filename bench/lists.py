"""The lists of a shop that has many orders: one filled shop on each database, asked as a page asks."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.figures import goal, median, ms, table
from bench.rig import Rig
from tests.support.postgres import Postgres
from tests.support.server import ROOT, Server, environment, flask

GOAL = 0.100
LISTS = {
    "list": "",
    "largest first": "sort=largest",
    "filter": "status=PENDING&status=CANCELLED&payment=OTHER",
    "a month a year ago": "from=2025-11-01&to=2025-11-30&sort=largest",
    "search, common": "q=dakar",
    "search, a name": "q=n%27guessan",
    "search, one": "q=client1234%40",
    "search, none": "q=zzzzz",
    "search and filter": "q=dakar&status=CANCELLED",
    "search, largest first": "q=dakar&sort=largest",
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
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def measure(rig: Rig) -> None:
    """Table 9."""
    count = rig.pick(20_000, 1_000_000)
    found = {}
    for kind in ("SQLite", "PostgreSQL"):
        with _database(rig, kind) as url:
            found[kind] = _asked(rig, url, count)
    rows = []
    for name in next(iter(found.values())):
        row = [name]
        for measured in found.values():
            row += [ms(measured[name]), f"{measured[name] / measured['list']:.1f}"]
            row.append(goal(measured[name], GOAL, "< 100 ms") if name in LISTS else "")
        rows.append(row)
    heads = ["asked", *(head for kind in found for head in (kind, "of the list", "goal"))]
    table(f"9 · The first page of lists, {count} orders (medians of {rig.pick(3, 7)} requests)", heads, rows)


def _asked(rig: Rig, url: str, count: int) -> dict[str, float]:
    began = time.monotonic()
    flask(url, "setup", "--catalogue")
    flask(url, "demo", "--fill", str(count))
    filled = time.monotonic() - began
    server = Server(url, rig.folder).start()
    try:
        paths = {name: f"/dashboard?{query}" for name, query in LISTS.items()} | {"numbers": "/orders/admin/statistics"}
        found = {name: median(_times(server, path, rig.pick(3, 7))) for name, path in paths.items()}
    finally:
        server.kill()
    began = time.monotonic()
    command = [sys.executable, "-c", WHOLE]
    subprocess.run(command, cwd=ROOT, env=environment(url), check=True, capture_output=True)
    return found | {"every order, for a file": time.monotonic() - began, "filling the shop": filled}


def _times(server: Server, path: str, times: int) -> Iterator[float]:
    admin = server.admin_once()
    admin.get(path, Cookie=admin.cookie)
    for _ in range(times):
        began = time.monotonic()
        assert admin.get(path, Cookie=admin.cookie).status == 200
        yield time.monotonic() - began


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
