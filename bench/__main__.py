"""`python -m bench [--quick]`: every measurement, one table each. A goal that is missed is printed, not failed."""

import os
import platform
import resource
import sys
import time

from bench import idle, latency, lists, orders, pictures, push, sizes, sockets, tab
from bench.rig import rig


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    allow_sockets()
    began = time.monotonic()
    print(f"PrintAlma's bench{', quick' if quick else ''}: {machine()}.")
    print("The goals are for a quiet machine with two cores; what else runs here is measured as well.")
    with rig(quick) as found:
        for measure in (
            orders.measure,
            latency.measure,
            sockets.weight,
            orders.two_processes,
            sockets.reconnect,
            latency.stalled,
            latency.doors,
            push.measure,
            lists.measure,
            pictures.measure,
            tab.measure,
            sizes.measure,
        ):
            measure(found)
        idle.measure(found.pick(10, 60))
    print(f"\n{time.monotonic() - began:.0f} s, load now {os.getloadavg()[0]:.1f}.")


def machine() -> str:
    """What the figures were measured on."""
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, load {load:.1f} before, Python {platform.python_version()}, {platform.system()}"


def allow_sockets() -> None:
    """A thousand sockets need more descriptors than a shell allows at first."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    main()
