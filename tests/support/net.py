"""Ports of this machine, and lines that are read byte by byte."""

import os
import random
import socket

from tests.support.cleanup import closed_at_end

# Below those that connections take by themselves (32768 and up on Linux, 49152 on macOS): a port of theirs that is free
# now may be taken before the server under test asks for it.
PORTS = range(10_240, 32_768)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on. The processes of a run choose from ports of their own:
    two would take the same one now and then, in the moment before its server listens."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        port = random.choice(PORTS[worker :: int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))])
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def raw_line(port: int, buffer: int = 0, host: str = "127.0.0.1") -> socket.socket:
    """A connection to the server without a library, which ends with the test. With `buffer`, no more bytes than that
    wait to be read."""
    line = closed_at_end(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET))
    if buffer:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    line.settimeout(25)
    line.connect((host, port))
    return line


def close_code(line: socket.socket) -> int:
    """The code of the server's close frame (RFC 6455, 5.5.1), behind all that still waits: no text has these bytes."""
    line.settimeout(25)
    received = b""
    while received[-4:-2] != b"\x88\x02":
        chunk = line.recv(65536)
        assert chunk, "the line was cut without a word"
        received = received[-3:] + chunk
    return int.from_bytes(received[-2:], "big")
