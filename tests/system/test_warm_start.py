"""A server that is forked from a warm process is like one that was started as a program, and outlives nobody."""

import json
import os
import signal
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import StartServer
from tests.support import warm
from tests.support.matrix import ONLY_SQLITE
from tests.support.net import free_port
from tests.support.server import COLD, ENDS, ROOT, Server, Start, environment, eventually, lives

pytestmark = [pytest.mark.matrix, ONLY_SQLITE]
TELLS = ROOT / "tests/support/described_start.py"
# In a master, where modules of the worker are imported: whom a fork of gevent tells, which a master has not, and what a
# library of the worker's teaches an older Python.
OTHER_IN_MASTER = {"gevent.os._on_child_hook", "typing._collect_parameters", "typing._check_generic"}
Modules = dict[str, dict[str, str]]


def described(database: str, start_server: StartServer, how: Start, folder: Path) -> dict[str, Any]:
    """What the processes of such a start are like: of each, its modules and its surroundings."""
    folder.mkdir()
    server = start_server(database, how, DESCRIBED=str(folder), GUNICORN_CMD_ARGS=f"-c {TELLS}")
    server.stop()
    assert "Traceback" not in server.log
    return {who: json.loads((folder / f"{who}.json").read_text()) for who in ("master", "worker")}


def different(one: Modules, other: Modules) -> set[str]:
    """By which names of the modules that `one` has the other means something else."""
    return {
        f"{module}.{name}" for module, names in one.items() for name in names if names[name] != other[module].get(name)
    }


def test_its_processes_are_like_those_of_a_program(database: str, start_server: StartServer, tmp_path: Path) -> None:
    cold = described(database, start_server, COLD, tmp_path / "cold")
    forked = described(database, start_server, warm.start, tmp_path / "forked")
    # gevent gave this name to a module that had none: the second patch finds it there.
    forked["worker"][1]["patched"]["subprocess"].remove("_posixsubprocess")
    for who in ("master", "worker"):
        assert forked[who][1] == cold[who][1]
    assert forked["worker"][0].keys() <= cold["worker"][0].keys()
    assert different(cold["worker"][0], forked["worker"][0]) == set()
    assert different(forked["worker"][0], cold["worker"][0] | forked["worker"][0]) == set()
    assert different(cold["master"][0], forked["master"][0]) <= OTHER_IN_MASTER
    assert "socket" in cold["worker"][1]["patched"]
    assert not cold["master"][1]["patched"]


def test_how_it_ended_is_known(database: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = warm.start(environment(database, PORT=str(free_port())), log)
    assert process.poll() is None
    eventually(lambda: "Booting worker" in log.read_text())
    process.send_signal(signal.SIGTERM)
    assert process.wait(ENDS) == 0
    process.send_signal(signal.SIGTERM)  # to nobody: its number may be another's by now
    assert warm.start(environment(database, SHOP_TZ="Dakar"), log).wait(ENDS) == 1
    assert "SHOP_TZ=Dakar" in log.read_text()
    killed = warm.start(environment(database), log)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait(ENDS) == -signal.SIGKILL


def test_what_python_reads_when_it_starts_is_for_a_cold_start(database: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"PYTHONPATH.*Cold"):
        warm.start(environment(database, PYTHONPATH="elsewhere"), tmp_path / "log")


def test_nothing_is_left_when_nobody_can_ask_any_more(database: str, tmp_path: Path) -> None:
    with closing(warm.Forker()) as forker:
        server = Server(database, tmp_path, forker.start, WORKERS="2").start()
        processes = [server.pid, *server.workers()]
        assert len(processes) == 3
        assert all(map(lives, processes))
    eventually(lambda: not any(map(lives, processes)))


def test_who_asks_a_process_that_died_is_told_so(database: str, tmp_path: Path) -> None:
    with closing(warm.Forker()) as forker:
        server = Server(database, tmp_path, forker.start).start()
        processes = [server.pid, *server.workers()]
        os.kill(forker.pid, signal.SIGKILL)
        for ask in (server.kill, server.start):
            with pytest.raises(RuntimeError, match="servers are forked from has ended: -9"):
                ask()
    eventually(lambda: not any(map(lives, processes)))
