"""What must be so before anything else is imported, and after everything is.

Each line earns what it says: CPU time of `import wsgi` on two cores with Python 3.13, the least of 14 runs with it and
14 without, in turn. What earned less than a tenth of a start or of a request is not here: a cache of the installed
packages for gevent's announcements (0.17 of 1.83 s), a start without garbage collection (0.08 of 1.74 s), no question
whether a view is async (19 of 867 µs).
"""

import atexit
import gc
import sys

CLIENTS_OF_SOCKETIO = ("aiohttp", "requests", "websocket")


def prepare() -> None:
    """Before the app is imported."""
    from gevent import monkey

    # What is imported earlier stays unpatched. Under gunicorn the worker has done it already; twice costs 0.25 s.
    if not monkey.is_anything_patched():
        monkey.patch_all()
    _import_socketio()


def settle() -> None:
    """When the app is made: what a start makes stays, and is not looked through for garbage. A full collection would
    stop every socket for 102 ms (209,000 objects); now it takes what came since, under 1 ms."""
    gc.freeze()
    atexit.register(gc.unfreeze)  # an interpreter that ends must find what it takes apart


def _import_socketio() -> None:
    """Without the HTTP libraries of its clients, whose absence it is used to: 0.32 of 1.98 s of each start. They are
    there for push notifications, which import them when the first one is sent."""
    absent = [name for name in CLIENTS_OF_SOCKETIO if name not in sys.modules]
    sys.modules |= dict.fromkeys(absent)  # type: ignore[arg-type]
    try:
        import socketio  # noqa: F401
    finally:
        for name in absent:
            del sys.modules[name]
