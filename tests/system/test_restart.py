"""Restarting without a gap, as docs/deploy.md describes it: orders that come in meanwhile wait, and none is refused."""

import http.client
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import StartServer
from tests.support import database as db
from tests.support.client import Client, cart
from tests.support.matrix import ONLY_POSTGRES, ONLY_SQLITE
from tests.support.proxy import Proxy
from tests.support.server import ADMIN, ROOT, eventually
from tests.support.systemd import PLACE, Unit

Say = Callable[[str, object], None]


class Posters:
    """Customers who order again and again, each time on a new line or on one that is kept, and never try twice."""

    def __init__(self, url: str, kept: bool) -> None:
        self._url, self._kept = url, kept
        self.numbers: list[str] = []
        self.problems: list[str] = []
        self.longest = 0.0
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._post) for _ in range(3)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(150)

    def _post(self) -> None:
        line = http.client.HTTPConnection(urlsplit(self._url).netloc, timeout=120)
        while not self._ended.is_set():
            began = time.monotonic()
            try:
                line.request("POST", "/orders/guest", json.dumps(cart()), {"Content-Type": "application/json"})
                answer = line.getresponse()
                said = answer.read().decode()
            except (OSError, http.client.HTTPException) as error:
                self.problems.append(repr(error))
                line.close()
                continue
            self.longest = max(self.longest, time.monotonic() - began)
            if answer.status == 201:
                self.numbers.append(json.loads(said)["data"]["orderNumber"])
            else:
                self.problems.append(f"{answer.status} {said}")
            if not self._kept:
                line.close()
            time.sleep(0.05)
        line.close()


class Crowd:
    def __init__(self, url: str) -> None:
        self._both = [Posters(url, kept) for kept in (False, True)]

    def has_posted(self, more: int) -> None:
        """Wait until each kind has got so many orders through from now on."""
        wanted = [len(posters.numbers) + more for posters in self._both]
        eventually(lambda: all(len(p.numbers) >= n for p, n in zip(self._both, wanted, strict=True)), 120)

    def end(self) -> tuple[list[str], float]:
        """The numbers of all orders, and the longest that one took. Nobody was refused."""
        for posters in self._both:
            posters.end()
        assert [posters.problems for posters in self._both] == [[], []]
        return sorted(n for p in self._both for n in p.numbers), max(p.longest for p in self._both)


def stored(database_url: str) -> list[str]:
    return sorted(row.number for row in db.select(database_url, "SELECT number FROM orders"))


@pytest.fixture
def unit(database: str, tmp_path: Path) -> Iterator[Unit]:
    unit = Unit(database, tmp_path)
    yield unit.start()
    unit.remove()


@pytest.mark.matrix
@ONLY_SQLITE
def test_systemd_restarts_it_and_no_order_is_refused(database: str, unit: Unit, record_property: Say) -> None:
    screen = Client(unit.url).sign_in(*ADMIN).dashboard()
    crowd = Crowd(unit.url)
    crowd.has_posted(5)
    for _ in range(2):
        unit.restart()
        crowd.has_posted(5)
    numbers, longest = crowd.end()
    assert numbers == stored(database)
    assert screen.wait_for_close() == 1012, "screens are told to come back"
    back = Client(unit.url).sign_in(*ADMIN)
    assert back.get("/orders/admin/statistics").data["totalOrders"] == len(numbers)
    told = f"systemd, two restarts: {len(numbers)} orders, none refused, the longest took {longest:.1f} s"
    record_property("told", told)


@ONLY_POSTGRES
def test_two_beside_each_other_and_no_order_is_refused(
    database: str, start_server: StartServer, record_property: Say
) -> None:
    """As platforms do: the new one starts, the router turns to it, the old one ends."""
    old = start_server(database)
    router = Proxy(old.url)
    crowd = Crowd(router.url)
    crowd.has_posted(5)
    new = start_server(database)
    crowd.has_posted(5)
    router.lead_to(new.url)
    old.stop()
    crowd.has_posted(5)
    numbers, longest = crowd.end()
    router.close()
    assert numbers == stored(database)
    record_property("told", f"side by side: {len(numbers)} orders, none refused, the longest took {longest:.1f} s")


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze: the units are not read by systemd here")
    for name in ("printalma.service", "printalma.socket"):
        said = (ROOT / "deploy" / name).read_text().replace(PLACE, str(ROOT))
        (tmp_path / name).write_text(said)
    done = subprocess.run(
        ["systemd-analyze", "verify", *tmp_path.glob("printalma.*")], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
