"""Servers, `flask` commands and scripts of the shop that are forked from a process which has imported what they import:
0.3 s of processor time in place of 1.9, and of 2.4 with an end that takes it all apart.

It is the real gunicorn: its own entry point reads the real configuration in a process group of its own, its unpatched
master forks the real workers, and these patch and make the app. What lies behind it is the work of importing, nothing
else: tests/system/test_warm_start.py compares the processes with those that `Cold` starts. So a test of the start, of
what it takes, of memory or of another Python has its server started by `Cold`.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.server import BIN, ENDS, ROOT, environment, eventually

# Read by Python or a library when it is imported: these have been imported already.
AT_START = ("FORWARDED_ALLOW_IPS", "GEVENT", "LANG", "LC_", "LD_", "PROMETHEUS", "PYTHON", "TZ", "WEB_CONCURRENCY")

PROCESS = Path(__file__).with_name("warm_process.py")
MOST_SECONDS = 180.0  # of a command


class Forker:
    """The process to fork from, of the release at `root`; it ends with this one, and so does each server that was
    forked from it."""

    def __init__(self, root: Path = ROOT) -> None:
        self._env = environment("")
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"import runpy; runpy.run_path({str(PROCESS)!r}, run_name='__main__')"],
            cwd=root,
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
        """A server."""
        return self.run(["gunicorn", "wsgi:app"], env, log_file, log_file)

    def run(self, command: Sequence[str], env: dict[str, str], output: Path, errors: Path) -> "Forked":
        """One of the programs that warm_process.py knows; its words go behind those that are in the files."""
        late = {name for name in self._env.keys() | env.keys() if self._env.get(name) != env.get(name)}
        early = [name for name in late if name.startswith(AT_START)]
        assert not early, f"{early}: such a start is by Cold()"
        output.touch()  # the fork may take a moment to do so
        files = {"output": str(output), "errors": str(errors)}
        pid = self.ask(env=env, command=[str(BIN / command[0]), *command[1:]], **files)
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


_forkers: dict[Path, Forker] = {}  # by the root of their release; none until a server is started
_starting = threading.Lock()


@dataclass(frozen=True)
class Warm:
    """What `Server` takes to be started with, of which release: by the one process of this run that has imported it."""

    root: Path = ROOT

    def __call__(self, env: dict[str, str], log_file: Path) -> Forked:
        return _forker(self.root).start(env, log_file)


start = Warm()


def flask(database_url: str, *arguments: str, root: Path = ROOT, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `flask --app wsgi …` and return what it printed; it must succeed."""
    done = run(["flask", "--app", "wsgi", *arguments], environment(database_url, **settings), root)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def run(command: Sequence[str], env: dict[str, str], root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run `flask …` or `python -c …`, however it ends."""
    with tempfile.TemporaryDirectory() as folder:
        output, errors = Path(folder, "output"), Path(folder, "errors")
        ended = _forker(root).run(command, env, output, errors).wait(MOST_SECONDS)
        return subprocess.CompletedProcess(command, ended, output.read_text(), errors.read_text())


def begin(command: Sequence[str], env: dict[str, str]) -> Forked:
    """The same, going on beside the test; nobody reads what it prints."""
    return _forker(ROOT).run(command, env, Path(os.devnull), Path(os.devnull))


def close(within: Path = Path("/")) -> None:
    """End it all, or what is of releases in that folder."""
    for root in [root for root in _forkers if root.is_relative_to(within)]:
        _forkers.pop(root).close()


def _forker(root: Path) -> Forker:
    with _starting:
        if root not in _forkers:
            _forkers[root] = Forker(root)
    return _forkers[root]
