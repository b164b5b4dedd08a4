"""Ports of this machine, and lines that are read byte by byte."""

import random
import socket

# Below those that connections take by themselves (32768 and up on Linux, 49152 on macOS): a port of theirs that is free
# now may be taken before the server under test asks for it.
PORTS = range(10_240, 32_768)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def close_code(line: socket.socket) -> int:
    """The code of the server's close frame (RFC 6455, 5.5.1), behind all that still waits: no text has these bytes."""
    line.settimeout(25)
    received = b""
    while received[-4:-2] != b"\x88\x02":
        chunk = line.recv(65536)
        assert chunk, "the line was cut without a word"
        received = received[-3:] + chunk
    return int.from_bytes(received[-2:], "big")
