"""The process that tests/support/warm.py has servers forked from: see there.

It goes the way of gunicorn's master and of its worker, in their order: what the master imports, then gevent's patch,
then what the worker imports to make the app. Then the patch is taken back, so that a master forked from here is
unpatched and its workers patch anew. The app made on the way, of a shop that nobody opens, is forgotten: each worker
makes its own.

It answers each line of JSON by one: {"command", "env", "output", "errors"} starts `gunicorn`, `flask` or `python -c`
and is answered by its pid, {"ended": pid} by how that process ended, null while it runs. When nobody can ask any more,
what still runs is killed.
"""

import atexit
import gc
import importlib
import json
import logging
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

# What gunicorn's master imports: its own, what its configuration does (gunicorn.conf.py), and the class of the workers.
OF_MASTER = (
    "gunicorn.app.wsgiapp",
    "gunicorn.arbiter",
    "gunicorn.debug",
    "gunicorn.glogging",
    "gunicorn.reloader",
    "printalma.lib.access_log",
    "printalma.lib.listening",
    "printalma.lib.run_folder",
    "printalma.web.worker",
)


def main() -> None:
    for name in OF_MASTER:
        importlib.import_module(name)
    kept, mask = dict(os.environ), os.umask(0)
    with tempfile.TemporaryDirectory() as folder:
        undo = _patch()
        _import_as_worker(f"sqlite:///{folder}/none.db")
        undo()
    os.umask(mask)
    _set_environment(kept)
    gc.collect()
    gc.freeze()  # nobody who is forked from here looks through it: that alone would have it copied
    if asked := _served():
        _become(**asked)
        _end(_program())


def _end(program: Callable[[], Any]) -> None:
    """Run it, and end as it does, with whoever it forks: but what was imported is not taken apart, which costs twice of
    what the whole start does."""
    try:
        ended = program()
    except SystemExit as wanted:
        ended = wanted.code
    if isinstance(ended, str):
        print(ended, file=sys.stderr)
        ended = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ended or 0)


def _program() -> Callable[[], Any]:
    """What stands in the file that was called."""
    name = os.path.basename(sys.argv[0])
    if name == "flask":
        from flask.cli import main as flask

        return flask
    if name == "python":  # with -c
        return lambda: exec(sys.argv[2], {"__name__": "__main__"})
    from gunicorn.app.wsgiapp import run  # type: ignore[import-untyped]

    return run  # type: ignore[no-any-return]


def _patch() -> Callable[[], None]:
    """Patch as the worker does; what takes it back."""
    from gevent import monkey

    main, register = threading.main_thread(), os.register_at_fork
    of_main, active = dict(vars(main)), dict(threading._active)  # type: ignore[attr-defined]

    def register_others(**hooks: Any) -> None:
        if type(getattr(hooks.get("before"), "__self__", None)).__module__ != "gevent.threading":
            register(**hooks)

    os.register_at_fork = register_others  # gevent's own are for who stays patched
    monkey.patch_all()
    os.register_at_fork = register

    def undo() -> None:
        for name, items in monkey.saved.items():
            for item, original in items.items() if name in sys.modules else ():
                setattr(sys.modules[name], item, original)
        monkey.saved.clear()
        vars(main).clear()
        vars(main).update(of_main)
        threading._active.clear()  # type: ignore[attr-defined]
        threading._active.update(active)  # type: ignore[attr-defined]
        threading._dangling.add(main)  # type: ignore[attr-defined]

    return undo


def _import_as_worker(database_url: str) -> None:
    import gevent

    from printalma import boot, create_app

    boot.prepare()
    keys = {name: os.urandom(32).hex() for name in ("SECRET_KEY", "JWT_SECRET")}
    os.environ.update(keys, DATABASE_URL=database_url)
    create_app()
    for thread in set(threading.enumerate()) - {threading.main_thread()}:
        thread.join()
    gevent.get_hub().destroy(destroy_loop=True)
    for logger in (logging.root, logging.getLogger("gunicorn.error"), logging.getLogger("gunicorn.access")):
        logger.handlers.clear()  # of the app: another would take them for those of who has set up logs before it
        logger.filters.clear()


def _served() -> dict[str, Any] | None:
    """Answer until nobody asks, or until we are the fork that was asked for: that is what is returned."""
    running: set[int] = set()
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        if "ended" in asked:
            pid, status = os.waitpid(asked["ended"], os.WNOHANG)
            running.discard(pid)
            said = os.waitstatus_to_exitcode(status) if pid else None
        elif said := os.fork():
            running.add(said)
        else:
            return asked
        try:
            print(json.dumps(said), flush=True)
        except BrokenPipeError:
            break
    for pid in running:
        with suppress(ProcessLookupError):  # it may not be a group yet
            os.killpg(pid, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
    return None


def _become(env: dict[str, str], output: str, errors: str, command: list[str]) -> None:
    """What a process of its own would be from the start."""
    os.setsid()
    _set_environment(env)
    tempfile.tempdir = None
    behind = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    for mine, (path, how) in enumerate([(os.devnull, os.O_RDONLY), (output, behind), (errors, behind)]):
        file = os.open(path, how, 0o666)
        os.dup2(file, mine)
        os.close(file)
    sys.argv = command
    sys.path[0] = "" if command[1] == "-c" else os.path.dirname(os.path.realpath(command[0]))


def _set_environment(env: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(env)


if __name__ == "__main__":
    main()
