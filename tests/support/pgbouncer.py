"""A real PgBouncer in front of the tests' PostgreSQL, pooling by transaction as providers set it up."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from tests.support.net import free_port
from tests.support.postgres import UNPRIVILEGED, Postgres
from tests.support.server import ENDS, eventually

FOUND = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
SETTINGS = """
[databases]
* = host=127.0.0.1 port={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = 8
max_client_conn = 400
"""


class PgBouncer:
    def __init__(self, postgres: Postgres, mode: str = "transaction") -> None:
        assert FOUND is not None
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="printalma-pgbouncer-"))
        self._folder.chmod(0o755)
        file = self._folder / "pgbouncer.ini"
        file.write_text(SETTINGS.format(server=postgres.port, port=self.port, mode=mode))
        file.chmod(0o644)
        as_whom: dict[str, Any] = {"user": UNPRIVILEGED, "group": "nogroup"} if os.geteuid() == 0 else {}
        self._process = subprocess.Popen(
            [FOUND, "-q", file], cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_whom
        )
        try:
            eventually(self._is_up)
        except AssertionError:
            self.remove()
            raise

    def url(self, database_url: str) -> str:
        """The address of a database of that PostgreSQL, through here."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database_url.rpartition('/')[2]}"

    def remove(self) -> None:
        self._process.kill()
        self._process.wait(ENDS)
        shutil.rmtree(self._folder)

    def _is_up(self) -> bool:
        try:
            psycopg.connect(self.url("/postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True
