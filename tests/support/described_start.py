"""gunicorn's configuration, whose processes write down what they are like when they have started: by what each name of
each module is meant, and how the process stands to its surroundings. In the folder DESCRIBED, by who they are."""

import json
import logging
import os
import runpy
import signal
import sys
import threading
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from gevent.monkey import saved

NAMED = (type, FunctionType, BuiltinFunctionType, MethodType)
globals().update(runpy.run_path("gunicorn.conf.py"))
_worker_started, _listens = globals()["post_worker_init"], globals()["when_ready"]


def post_worker_init(worker: Any) -> None:
    _worker_started(worker)
    _describe("worker")


def when_ready(server: Any) -> None:
    _listens(server)
    _describe("master")


def _describe(who: str) -> None:
    modules = {
        name: {item: _kind(value) for item, value in list(vars(module).items())}
        for name, module in list(sys.modules.items())
        if module is not None and name != "__main__"
    }
    Path(os.environ["DESCRIBED"], f"{who}.json").write_text(json.dumps([modules, _surroundings()]))


def _kind(value: Any) -> str:
    """What it is called, if it is called anything, and of what type it is: a proxy is asked nothing."""
    kind = type(value)
    names = (value.__module__, value.__qualname__) if issubclass(kind, NAMED) else ()
    return " ".join(each for each in (kind.__module__, kind.__qualname__, *names) if isinstance(each, str))


def _surroundings() -> dict[str, Any]:
    main, status = threading.main_thread(), Path("/proc/self/status").read_text()
    loggers = {name or "root": logging.getLogger(name) for name in ("", "gunicorn.error", "gunicorn.access")}
    return {
        "called": sys.argv,
        "path": [os.path.realpath(each) for each in sys.path],
        "flags": str(sys.flags),
        "folder": os.getcwd(),
        "environment": sorted(os.environ),
        "files": sorted(_open(number) for number in os.listdir("/proc/self/fd")),
        "status": [line for line in status.splitlines() if line.startswith(("Umask", "SigBlk", "SigIgn", "SigCgt"))],
        "signals": {number: _kind(signal.getsignal(number)) for number in range(1, signal.NSIG)},
        "threads": [len(os.listdir("/proc/self/task")), main.ident == threading.get_ident(), type(main).__module__],
        "patched": {name: sorted(items) for name, items in saved.items()},
        "logs": {name: [_logs(logger), *map(_logs, logger.handlers)] for name, logger in loggers.items()},
        "session": os.getsid(0) == os.getpgid(0),
    }


def _logs(about: logging.Logger | logging.Handler) -> list[Any]:
    return [_kind(about), about.level, *map(_kind, about.filters)]


def _open(number: str) -> str:
    """What kind of file it is: their names are of one start."""
    try:
        found = os.readlink(f"/proc/self/fd/{number}")
    except FileNotFoundError:  # the one that listed them
        return ""
    return found.partition(":")[0] if not found.startswith("/") else Path(found).suffix or "file"
