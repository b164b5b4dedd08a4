"""What must be so before anything else is imported, and after everything is.

Each line earns what it says: CPU time of `import wsgi` on two cores with Python 3.13, the least of 14 runs with it and
14 without, in turn. What earned less than a tenth of a start or of a request is not here: a cache of the installed
packages for gevent's announcements (0.17 of 1.83 s), a start without garbage collection (0.08 of 1.74 s), no question
whether a view is async (19 of 867 µs).
"""

import atexit
import gc
import importlib
import logging
import sys


def prepare() -> None:
    """Before the app is imported."""
    from gevent import monkey

    # What is imported earlier stays unpatched. Under gunicorn the worker has done it already; twice costs 0.25 s.
    if not monkey.is_anything_patched():
        monkey.patch_all()
    # The HTTP libraries of its clients: 0.32 of 1.98 s of each start. Push notifications import them.
    _import_without("socketio", "aiohttp", "requests", "websocket")
    # What it signs by other keys than ours with: 7 MB. Push notifications import it.
    _import_without("jwt", "cryptography")


def settle() -> None:
    """When the app is made: what a start makes stays, and is not looked through for garbage. A full collection would
    stop every socket for 102 ms (209,000 objects); now it takes what came since, under 1 ms."""
    gc.freeze()
    atexit.register(_end)


def _end() -> None:
    """An interpreter that ends must find what it takes apart. Handlers of logs may be found last, when gevent, whose
    lock they ask for to be forgotten, is gone: a traceback at the end of a process that had no fault."""
    gc.unfreeze()
    logging.shutdown()
    logging._handlerList.clear()  # type: ignore[attr-defined]


def _import_without(name: str, *absent: str) -> None:
    """Import a library without others that it does without: they are imported when somebody first needs them."""
    missing = [each for each in absent if each not in sys.modules]
    sys.modules |= dict.fromkeys(missing)  # type: ignore[arg-type]
    try:
        importlib.import_module(name)
    finally:
        for each in missing:
            del sys.modules[each]
