"""The door for front ends that speak Socket.IO."""

import sys

FOR_CLIENTS = ("aiohttp", "requests", "websocket")


def _load() -> None:
    """Load python-socketio without the HTTP libraries of its clients, whose absence it is used to.

    They are there for push notifications, and would cost every start a quarter of a second.
    """
    absent = [name for name in FOR_CLIENTS if name not in sys.modules]
    sys.modules |= dict.fromkeys(absent)  # type: ignore[arg-type]
    try:
        import socketio  # noqa: F401
    finally:
        for name in absent:
            del sys.modules[name]


_load()
