"""What phones cost: the time of a POST with devices that are told of every order, and without."""

import base64
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bench.child import Base, Child
from bench.figures import Spread, goal, median, ms, table
from bench.rig import Rig
from tests.support.database import insert
from tests.support.server import Server

RATE = 100.0
DEVICES = 50
RATIO_GOAL = 1.5
ANSWERS_AFTER = 0.05  # seconds a vendor takes
SETTLES = 6.0  # seconds in which the last messages have been sent


class Vendor(Base):
    """A push service that takes everything."""

    def open(self) -> str:
        """Its origin."""
        self._taken = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def taken(self) -> int:
        """How many messages came."""
        return self._taken

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(ANSWERS_AFTER)
                vendor._taken += 1
                self.send_response(201)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def measure(rig: Rig) -> None:
    """Table 9."""
    seconds, repeats = rig.pick(3, 10), 5
    answers: dict[str, list[Spread]] = {"none": [], str(DEVICES): []}
    costs: dict[str, list[float]] = {name: [] for name in answers}
    vendor = Child(Vendor)
    origin = vendor.ask("open")
    try:
        with rig.shop("deaf") as deaf, rig.shop("telling", PUSH_HOSTS=origin) as telling:
            _enable(telling, origin)
            rig.post(telling, 1, RATE)
            for _ in range(repeats):
                for name, server in (("none", deaf), (str(DEVICES), telling)):
                    run = rig.post(server, seconds, RATE)
                    answers[name].append(run.answers)
                    costs[name].append(run.server)
                time.sleep(SETTLES)
        taken = vendor.ask("taken")
    finally:
        vendor.end()
    p99 = {name: median(spread.p99 for spread in found) for name, found in answers.items()}
    ratio = p99[str(DEVICES)] / p99["none"]
    table(
        f"9 · A POST with {DEVICES} devices told by Web Push, {RATE:.0f} orders a second "
        f"(medians of {repeats} runs of {seconds} s, interleaved)",
        ("devices", "answer p50", "p99", "of none", "goal", "server CPU an order"),
        [
            (
                name,
                ms(median(spread.p50 for spread in found)),
                ms(p99[name]),
                f"{p99[name] / p99['none']:.2f}",
                goal(ratio, RATIO_GOAL, f"<= {RATIO_GOAL}") if name != "none" else "",
                ms(median(costs[name])),
            )
            for name, found in answers.items()
        ],
        f"{taken} messages were sent, each encrypted and signed, to a vendor that takes {ms(ANSWERS_AFTER)}.",
    )


def _enable(server: Server, origin: str) -> None:
    """Devices of the first admin. Through the front door one user has twenty at most."""
    key = server.client().get("/push/public-key").data["publicKey"]
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    p256dh = _base64url(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    same = {"user_id": 1, "host": origin.partition("//")[2], "p256dh": p256dh, "auth": _base64url(os.urandom(16))}
    same |= {"key": key, "name": "", "created_at": round(time.time() * 1000), "failures": 0}
    insert(server.database_url, "push_devices", [same | {"endpoint": f"{origin}/{n}"} for n in range(DEVICES)])


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
