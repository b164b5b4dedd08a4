"""What systemd does for deploy/printalma.service and its socket: it listens, hands the door over, waits for a word."""

import os
import shlex
import signal
import socket
import subprocess
from pathlib import Path

from tests.support import platforms
from tests.support.net import free_port
from tests.support.server import ENDS, ROOT, environment

PLACE = "/opt/printalma"
# A descriptor that is inherited is not the third, and only the process itself knows its number.
ACTIVATED = 'exec 3<&"$DOOR"; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@"'


class Unit:
    """The unit, with this checkout for /opt/printalma and a free port for the socket's."""

    def __init__(self, database_url: str, folder: Path, **settings: str) -> None:
        self._said = platforms.unit(ROOT, "printalma.service")
        backlog = int(platforms.unit(ROOT, "printalma.socket")["Backlog"][0])
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._door = socket.create_server(
            ("::", self.port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=backlog
        )
        self._told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._told.bind(str(folder / "notify"))
        self._told.settimeout(60)
        self._log = os.open(folder / "unit.log", os.O_WRONLY | os.O_CREAT)
        notify = {"NOTIFY_SOCKET": str(folder / "notify"), "DOOR": str(self._door.fileno())}
        self._env = environment(database_url, **settings) | notify
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Unit":
        for before in self._said["ExecStartPre"]:
            subprocess.run(
                self._command(before), env=self._env, cwd=ROOT, check=True, stdout=self._log, stderr=self._log
            )
        (command,) = self._said["ExecStart"]
        self._process = subprocess.Popen(
            ["bash", "-c", ACTIVATED, "bash", *self._command(command)],
            cwd=ROOT,
            env=self._env,
            pass_fds=[self._door.fileno()],
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        assert b"READY=1" in self._told.recv(4096)
        return self

    def stop(self) -> None:
        """KillMode=mixed: SIGTERM to the first process, SIGKILL to all that are left when the time is over."""
        assert self._process is not None
        self._process.terminate()
        assert self._process.wait(ENDS) == 0

    def restart(self) -> None:
        self.stop()
        self.start()

    def remove(self) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(ENDS)
        self._door.close()
        self._told.close()
        os.close(self._log)

    def _command(self, said: str) -> list[str]:
        return shlex.split(said.replace(PLACE, str(ROOT)))
