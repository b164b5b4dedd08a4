"""What pictures cost: the time of a POST whose order names two new ones, and of one that names none."""

import io
import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image

from bench import rig as rigs
from bench.child import Base, Child
from bench.figures import Spread, goal, median, ms, spread, table
from bench.rig import Rig
from tests.pictures.bodies import with_pictures
from tests.support import database as db
from tests.support.client import phone_number
from tests.support.inside import Inside
from tests.support.server import Server, flask

RATE = 200 / 60  # orders a second
SIDE = 1_500
CLIENTS = 8
SETTLES = 20.0  # seconds in which the last pictures are there
GOALS = {"p50": 1.3, "p99": 2.0, "CPU": 1.1}


class Host(Base):
    """A host of pictures, each another file."""

    def open(self) -> str:
        """Its origin."""
        self._given = 0
        image = Image.radial_gradient("L").resize((SIDE, SIDE))
        file = io.BytesIO()
        Image.merge("RGBA", (image, image.rotate(90), image, image)).save(file, "PNG")
        self._picture = file.getvalue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def given(self) -> tuple[int, int]:
        """How many pictures, and the bytes of each."""
        return self._given, len(self._picture)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host._given += 1
                self.send_response(200)
                self.end_headers()
                self.wfile.write(host._picture + self.path.encode())

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def measure(rig: Rig) -> None:
    """Table 10."""
    seconds, repeats = rig.pick(6, 30), rig.pick(2, 5)
    host = Child(Host)
    origin = host.ask("open")
    addresses = (f"{origin}/{n}.png" for n in itertools.count())
    none: Iterator[str] = iter(())
    answers: dict[str, list[Spread]] = {"none": [], "2": []}
    costs: dict[str, list[float]] = {name: [] for name in answers}
    try:
        settings = {"PICTURE_HOSTS": origin, "PICTURE_REQUESTS_PER_HOUR": "0"}
        with rig.shop("bare") as bare, rig.shop("pictured", **settings) as pictured:
            before = rigs.memory(pictured)
            for _ in range(repeats):
                for name, server, named in (("none", bare, none), ("2", pictured, addresses)):
                    began = rigs.cpu(server)
                    answers[name].append(_post(server, seconds, named))
                    _settle(server)
                    costs[name].append((rigs.cpu(server) - began) / answers[name][-1].count)
            after = rigs.memory(pictured)
        given, size = host.ask("given")
        alone = _alone(rig.folder, rig.pick(100, 400), origin)
    finally:
        host.end()
    _show(
        seconds,
        repeats,
        answers,
        costs,
        alone,
        f"{given} pictures of {SIDE} × {SIDE} pixels and {size // 1000} kB were "
        f"fetched, opened and kept; the process of the server grew by {(after - before) / 1e6:.0f} MB.",
    )


def _show(
    seconds: int,
    repeats: int,
    answers: dict[str, list[Spread]],
    costs: dict[str, list[float]],
    alone: dict[str, float],
    note: str,
) -> None:
    p50 = {name: median(each.p50 for each in found) for name, found in answers.items()}
    p99 = {name: median(each.p99 for each in found) for name, found in answers.items()}
    ratios = {"p50": p50["2"] / p50["none"], "p99": p99["2"] / p99["none"], "CPU": alone["2"] / alone["none"]}
    table(
        f"10 · A POST whose order names pictures, {RATE * 60:.0f} orders a minute "
        f"(medians of {repeats} runs of {seconds} s, interleaved)",
        ("new pictures", "answer p50", "p99", "CPU of the POST", "of the server, an order"),
        [(name, ms(p50[name]), ms(p99[name]), ms(alone[name]), ms(median(costs[name]))) for name in answers]
        + [
            (
                "ratio",
                *(f"{ratios[each]:.2f} {goal(ratios[each], most, f'<= {most}')}" for each, most in GOALS.items()),
                "",
            )
        ],
        note,
    )


def _post(server: Server, seconds: int, addresses: Iterator[str]) -> Spread:
    """Orders that name two of the addresses each, at RATE."""
    count = round(seconds * RATE)
    bodies = [with_pictures(*itertools.islice(addresses, 2), phoneNumber=phone_number()) for _ in range(count)]
    began = time.monotonic()

    def order(n: int) -> float:
        client = server.client()
        time.sleep(max(0.0, began + n / RATE - time.monotonic()))
        sent = time.monotonic()
        answer = client.post("/orders/guest", bodies[n])
        assert answer.status == 201, answer.text
        return time.monotonic() - sent

    with ThreadPoolExecutor(CLIENTS) as clients:
        return spread(list(clients.map(order, range(count))), [])


def _settle(server: Server) -> None:
    """Wait until all pictures are there."""
    deadline = time.monotonic() + SETTLES
    while time.monotonic() < deadline:
        rows = db.select(server.database_url, "SELECT count(*) AS n FROM picture_sources WHERE state = 'waiting'")
        if not rows[0].n:
            break
        time.sleep(0.2)
    rigs.rest(server)


def _alone(folder: Path, count: int, origin: str) -> dict[str, float]:
    """Seconds of the processor that a POST takes by itself: in this process, where nobody fetches."""
    flask(f"sqlite:///{folder / 'alone'}.db", "setup", "--catalogue")
    shop = Inside(f"sqlite:///{folder / 'alone'}.db", GUEST_ORDERS_PER_MINUTE="0", PICTURE_HOSTS=origin)
    took: dict[str, list[float]] = {"none": [], "2": []}
    try:
        for n in range(count):
            for name, named in (("none", ()), ("2", (f"{origin}/{n}-1.png", f"{origin}/{n}-2.png"))):
                body = with_pictures(*named, phoneNumber=phone_number())
                began = time.process_time()
                assert shop.client().post("/orders/guest", body).status == 201
                took[name].append(time.process_time() - began)
    finally:
        shop.close()
    return {name: median(found) for name, found in took.items()}
