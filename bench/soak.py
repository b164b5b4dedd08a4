"""`python -m bench.soak MINUTES`: steady load with dashboards, one line a minute, to see what grows."""

import sys
import time

from bench.__main__ import allow_sockets, machine
from bench.figures import ms
from bench.rig import Rig, memory, rig
from tests.support.server import Server

RATE = 20.0
SCREENS = 100
MAX_MINUTES = 24 * 60


def main() -> None:
    minutes = min(int(sys.argv[1]), MAX_MINUTES)
    allow_sockets()
    print(f"{minutes} minutes of {RATE:.0f} orders a second with {SCREENS} dashboards: {machine()}.")
    with rig(quick=True) as found, found.shop("soak") as server:
        found.show(server, SCREENS)
        for minute in range(1, minutes + 1):
            print(_minute(found, server, minute), flush=True)


def _minute(found: Rig, server: Server, minute: int) -> str:
    began = time.monotonic()
    run = found.post(server, 60.0, RATE)
    health = server.client().get("/healthz").json
    open_now = found.screens.ask("count")
    return (
        f"minute {minute:4}   {run.rate * 60:5.0f} orders   p99 {ms(run.screens.p99):>9}   "
        f"memory {memory(server) / 1e6:6.1f} MB   {health['behind']:3} behind   {open_now:4} dashboards   "
        f"server CPU {ms(run.server)} an order   took {time.monotonic() - began:.1f} s"
    )


if __name__ == "__main__":
    main()
