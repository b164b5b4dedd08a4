"""Ports of this machine."""

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
