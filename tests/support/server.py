"""The real server: gunicorn with the settings an owner gets, as a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from tests.support.client import Client
from tests.support.net import free_port

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
ADMIN = ("admin@example.org", "correct horse battery")
KEYS = {
    "SECRET_KEY": "sessions, and nothing else, with this key",
    "JWT_SECRET": "tokens that are signed, and only with this",
}
ENDS = 25.0  # seconds a process has to end: only one that does not end at all exceeds it. `make bench` tells how long
T = TypeVar("T")


def environment(database_url: str, **settings: str) -> dict[str, str]:
    """What a server of the tests is told; nothing of the machine's own settings leaks in."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    first_admin = {"ADMIN_EMAIL": ADMIN[0], "ADMIN_PASSWORD": ADMIN[1]}
    unbounded = {"GUEST_ORDERS_PER_MINUTE": "0", "ORDERS_PER_MINUTE": "0"}
    defaults = unbounded | {"DATABASE_URL": database_url, "PYTHONUNBUFFERED": "1"}
    return kept | KEYS | first_admin | defaults | settings


def demo(database_url: str, *arguments: str) -> str:
    """What `python -m printalma.demo …` prints; it must succeed."""
    command = [str(BIN / "python"), "-m", "printalma.demo", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment(database_url), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def flask(
    database_url: str, *arguments: str, programs: Path = BIN, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run `flask --app wsgi …` and return what it printed; it must succeed."""
    command = [str(programs / "flask"), "--app", "wsgi", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment(database_url, **settings), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def eventually(found: Callable[[], T], within: float = 25.0) -> T:
    """The first true answer of `found`, asked until `within` seconds have passed: the rarer, the longer it takes."""
    began = time.monotonic()
    while True:
        answer = found()
        if answer:
            return answer
        waited = time.monotonic() - began
        assert waited < within, f"not within {within} s"
        time.sleep(min(max(waited / 20, 0.02), 0.25))


def lives(pid: int) -> bool:
    """Whether there is such a process, which has not ended."""
    with suppress(FileNotFoundError, ProcessLookupError):  # it may go while it is looked at
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    return False


class Shop:
    """A shop on a database that is set up, whether a server of its own serves it (`Server`) or the process of the
    tests (`Inside`). What only asks takes a `Shop`; a `Server` is for what looks at processes, an `Inside` for what
    looks at the app."""

    database_url: str
    _admin: Client | None = None

    @property
    def log(self) -> str:
        """What it has written of itself."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """Where sockets and browsers find it."""
        raise NotImplementedError

    def close(self) -> None:
        """End it."""
        raise NotImplementedError

    def __exit__(self, *_error: object) -> None:
        log = self.log
        self.close()
        assert "Traceback" not in log, log

    def client(self) -> Client:
        """Somebody whom nobody knows yet."""
        raise NotImplementedError

    def admin(self) -> Client:
        """A client signed in as the first admin."""
        return self.client().sign_in(*ADMIN)

    def admin_once(self) -> Client:
        """The same signed-in admin each time, for tests that only look."""
        if self._admin is None:
            self._admin = self.admin()
        return self._admin


class Process(Protocol):
    """What is asked of a process that was started; `subprocess.Popen` says more of each."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float) -> int: ...

    def send_signal(self, sig: int) -> None: ...


Start = Callable[[dict[str, str], Path], Process]  # from an environment, and where its log is kept


@dataclass(frozen=True)
class Cold:
    """gunicorn as an owner starts it: a program, which imports everything. Of which release, by which Python."""

    root: Path = ROOT
    programs: Path = BIN

    def __call__(self, env: dict[str, str], log_file: Path) -> Process:
        command = [str(self.programs / "gunicorn"), "wsgi:app"]
        with open(log_file, "ab") as log:
            return subprocess.Popen(command, cwd=self.root, env=env, stdout=log, stderr=log, start_new_session=True)


COLD = Cold()


class Server(Shop):
    """`gunicorn wsgi:app` on a free port, started by `how`. Its log is in `log`."""

    def __init__(self, database_url: str, folder: Path, how: Start = COLD, /, **settings: str) -> None:
        self.database_url = database_url
        self.port = free_port()
        self.how = how
        self._log_file = folder / f"server-{self.port}.log"
        self._env = environment(database_url, PORT=str(self.port), **settings)
        self._process: Process | None = None

    def start(self) -> "Server":
        self._process = self.how(self._env, self._log_file)
        try:
            eventually(self._is_up, 60)
        except AssertionError:
            self.kill()
            raise
        return self

    def __enter__(self) -> "Server":
        return self.start()

    def close(self) -> None:
        self.kill()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self._log_file.read_text()

    @property
    def pid(self) -> int:
        """gunicorn's master."""
        assert self._process is not None
        return self._process.pid

    def workers(self) -> list[int]:
        """The processes that serve."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def signal_all(self, how: signal.Signals) -> None:
        """Tell the master and every worker at once."""
        os.killpg(self.pid, how)

    def stop(self) -> float:
        """SIGTERM, as a platform sends it; how many seconds it took."""
        if self._process is None:
            return 0.0
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(ENDS)
        self._process = None
        return time.monotonic() - began

    def kill(self) -> None:
        """SIGKILL, master and workers, what is left of them."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self.signal_all(signal.SIGKILL)
            self._process.wait(ENDS)
            self._process = None

    def kill_master(self) -> None:
        """SIGKILL, the master alone: its workers are left to themselves."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(ENDS)

    def client(self) -> Client:
        return Client(self.url)

    def _is_up(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log
        try:
            return self.client().get("/healthz").status == 200
        except OSError:
            return False
