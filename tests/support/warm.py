"""Servers that are forked from a process which has imported what they import: 0.3 s of processor time in place of 1.9.

It is the real gunicorn: its own entry point reads the real configuration in a process group of its own, its unpatched
master forks the real workers, and these patch and make the app. What lies behind it is the work of importing, nothing
else: tests/system/test_warm_start.py compares the processes with those that `Cold` starts. So a test of the start, of
what it takes, of memory, of another release or another Python, has its server started by `Cold`.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.support.server import BIN, ENDS, ROOT, environment, eventually

# Read by Python or a library when it is imported: these have been imported already.
AT_START = ("FORWARDED_ALLOW_IPS", "GEVENT", "LANG", "LC_", "LD_", "PROMETHEUS", "PYTHON", "TZ", "WEB_CONCURRENCY")


class Forker:
    """The process to fork from; it ends with this one, and so does each server that was forked from it."""

    def __init__(self) -> None:
        self._env = environment("")
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.warm_process"],
            cwd=ROOT,
            env=self._env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            start_new_session=True,  # Ctrl+C is for this process, with which that one ends
        )
        self.pid = self._process.pid
        self._alone = threading.Lock()

    def ask(self, **what: Any) -> int | None:
        """Its answer. Raises RuntimeError when it has none."""
        with self._alone:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            try:
                print(json.dumps(what), file=self._process.stdin, flush=True)
            except BrokenPipeError:
                answer = ""
            else:
                answer = self._process.stdout.readline()
            if not answer:
                raise RuntimeError(f"the process that servers are forked from has ended: {self._last_words()}")
        found: int | None = json.loads(answer)
        return found

    def start(self, env: dict[str, str], log_file: Path) -> "Forked":
        late = {name for name in self._env.keys() | env.keys() if self._env.get(name) != env.get(name)}
        early = [name for name in late if name.startswith(AT_START)]
        assert not early, f"{early}: such a start is by Cold()"
        log_file.touch()  # the fork may take a moment to do so
        pid = self.ask(env=env, log=str(log_file), command=[str(BIN / "gunicorn"), "wsgi:app"])
        assert pid is not None
        return Forked(self, pid)

    def close(self) -> None:
        """End it, and what is left of its servers."""
        with self._complaints, suppress(BrokenPipeError), self._process:
            pass  # closes its pipes, and waits for it

    def _last_words(self) -> str:
        ended = self._process.wait(ENDS)
        self._complaints.seek(0)
        return f"{ended} {self._complaints.read()}"


class Forked:
    """A server's process, as `subprocess.Popen` has it."""

    def __init__(self, forker: Forker, pid: int) -> None:
        self._forker, self.pid = forker, pid
        self._ended: int | None = None

    def poll(self) -> int | None:
        """How it has ended: its exit code, or the signal's number below zero. None while it runs."""
        if self._ended is None:
            self._ended = self._forker.ask(ended=self.pid)
        return self._ended

    def wait(self, timeout: float) -> int:
        eventually(lambda: self.poll() is not None, timeout)
        assert self._ended is not None
        return self._ended

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)


_forkers: list[Forker] = []  # none until a server is started
_starting = threading.Lock()


def start(env: dict[str, str], log_file: Path) -> Forked:
    """What `Server` takes to be started with: by the one process of this run."""
    with _starting:
        if not _forkers:
            _forkers.append(Forker())
    return _forkers[0].start(env, log_file)


def close() -> None:
    """End it all."""
    while _forkers:
        _forkers.pop().close()
