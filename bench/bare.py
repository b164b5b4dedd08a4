"""What the machine does with nothing of ours in the way."""

import socket
import sqlite3
import time
from contextlib import closing

from bench import wire
from bench.figures import Spread
from bench.rig import Rig

PAUSE = 0.05  # between two rounds, as between two orders at 20 a second


def commits(rig: Rig, seconds: float) -> float:
    """Durable SQLite transactions a second: one row of an order's size each."""
    with closing(sqlite3.connect(rig.folder / "bare.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, body TEXT)")
        began, done = time.monotonic(), 0
        while time.monotonic() < began + seconds:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO orders (body) VALUES (?)", ("x" * 1000,))
            connection.execute("COMMIT")
            done += 1
        return done / (time.monotonic() - began)


def fan_out(rig: Rig, frame: bytes, count: int, rounds: int) -> tuple[float, Spread]:
    """Write `frame` to `count` sockets, `rounds` times: the median seconds of a loop, and when the bytes arrived."""
    rig.screens.ask("forget")
    with socket.create_server(("127.0.0.1", 0), backlog=count) as door:
        rig.screens.begin("show", door.getsockname()[1], None, count)
        lines = [door.accept()[0] for _ in range(count)]
        rig.screens.result()
    for line in lines:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    first = 10 ** (len(str(wire.orders(frame)[0])) - 1)
    began, took = {}, []
    for number in range(first, first + rounds):
        same = wire.renumber(frame, number)
        began[number] = time.monotonic()
        for line in lines:
            line.send(same)
        took.append(time.monotonic() - began[number])
        time.sleep(PAUSE)
    spread: Spread = rig.screens.ask("spread", began)
    rig.screens.ask("show", 0, None, 0)
    for line in lines:
        line.close()
    return sorted(took)[len(took) // 2], spread
