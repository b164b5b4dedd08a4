"""The folder of a running server: ours alone, found by short addresses, and gone with it however it ends."""

import os
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from printalma.lib import run_folder
from tests.support.cleanup import process

HOLD = "from printalma.lib import run_folder; print(run_folder.make(), flush=True); input()"
LONG_AGO = time.time() - 2 * run_folder.SETTLING_SECONDS


@pytest.fixture(autouse=True)
def base(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    short = Path(tempfile.mkdtemp(dir="/tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    return short


def test_only_we_enter_it_and_a_socket_in_it_has_a_short_address(monkeypatch: pytest.MonkeyPatch, base: Path) -> None:
    for where in (base, base / ("x" * 80)):
        where.mkdir(exist_ok=True)
        monkeypatch.setattr(tempfile, "tempdir", str(where))
        folder = run_folder.make()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert len(os.fsencode(folder / ".0123456789ab")) < 100


def test_what_a_killed_server_left_is_removed_and_nothing_else(base: Path) -> None:
    killed, running = (_server() for _ in range(2))
    theirs, ours = (Path(server.stdout.readline().strip()) for server in (killed, running) if server.stdout)
    (theirs / "socket").touch()
    for folder in (theirs, ours):
        os.utime(folder, (LONG_AGO, LONG_AGO))
    other, link = base / "printalma-runner", base / "printalma-run-link"
    other.mkdir()
    link.symlink_to(other)
    run_folder.make()
    assert theirs.exists()  # its server runs
    killed.kill()
    killed.communicate()
    young = base / "printalma-run-young"
    young.mkdir()
    run_folder.make()
    assert not theirs.exists()
    assert ours.exists()
    assert young.exists()
    assert other.exists()
    running.communicate("\n")


def _server() -> "subprocess.Popen[str]":
    environment = {"TMPDIR": tempfile.gettempdir(), "PYTHONPATH": os.getcwd()}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return process([sys.executable, "-c", HOLD], env=environment, **pipes)
