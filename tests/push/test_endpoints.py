"""What no front door can bring about: a push service's name that stands for an address inside."""

import socket

import pytest
import urllib3

from printalma.push.endpoints import Endpoints, trust


def test_nothing_connects_to_an_internal_address() -> None:
    """Whatever name stands for it."""
    with socket.socket() as inside:
        inside.bind(("127.0.0.1", 0))
        inside.listen()
        inside.setblocking(False)
        port = inside.getsockname()[1]
        endpoints = Endpoints(frozenset(), 1, trust())
        with pytest.raises(urllib3.exceptions.NewConnectionError, match="not a public address"):
            endpoints.post(f"https://localhost:{port}/", (1.0, 1.0), b"", {})
        with pytest.raises(BlockingIOError):
            inside.accept()
