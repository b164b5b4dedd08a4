"""What a server costs that nobody asks anything."""

import os
import tempfile
import time
from pathlib import Path

from bench import rig
from bench.figures import goal, table
from tests.support.server import Server, flask

GOAL = 0.004  # of a processor


def measure(seconds: float = 60.0) -> None:
    """Table 13: master and worker, on SQLite, with nobody connected."""
    with tempfile.TemporaryDirectory(prefix="printalma-idle-") as kept:
        url = f"sqlite:///{Path(kept) / 'idle.db'}"
        flask(url, "setup", "--catalogue")
        with Server(url, Path(kept)) as server:
            time.sleep(15)  # what begins with a start is done
            pids = [server.pid, *server.workers()]
            used, asleep = sum(map(rig.cpu_of, pids)), _woken(pids)
            time.sleep(seconds)
            share, woken = (sum(map(rig.cpu_of, pids)) - used) / seconds, (_woken(pids) - asleep) / seconds
    row = (f"{share:.2%}", goal(share, GOAL, f"<= {GOAL:.1%}"), f"{woken:.0f}")
    table(f"13 · An idle server, {seconds:.0f} s", ("of a processor", "goal", "times woken a second"), [row])


def _woken(pids: list[int]) -> int:
    """How often they have gone to sleep of themselves."""
    lines = [line for pid in pids for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))


if __name__ == "__main__":
    measure(float(os.environ.get("SECONDS", "60")))
