"""A thousand dashboards: what an idle one weighs, and how soon all are back after a restart."""

import time

from bench.figures import goal, median, table
from bench.rig import Rig, memory
from tests.support.server import Server

COUNT = 1000
WEIGHT_GOAL = 40.0  # kB
STOP_GOAL = 3.0  # seconds: what a process may take to be gone
AWAY = 40  # orders a second, for one second, while the dashboards are away


def weight(rig: Rig) -> None:
    """Table 3."""
    with rig.shop("weight") as server:
        # The first sockets pay for what is loaded once.
        rig.show(server, 20)
        rig.show(server, 0)
        before = memory(server)
        rig.show(server, COUNT)
        each = (memory(server) - before) / COUNT / 1000
    table(
        "3 · Memory of the server's process",
        ("before", f"{COUNT} idle sockets", "each", "goal"),
        [
            (
                f"{before / 1e6:.1f} MB",
                f"{before / 1e6 + each:.1f} MB",
                f"{each:.1f} kB",
                goal(each, WEIGHT_GOAL, f"<= {WEIGHT_GOAL:.0f} kB"),
            )
        ],
    )


def reconnect(rig: Rig) -> None:
    """Table 5."""
    shows, settles, stops = [], [], []
    with rig.shop("reconnect") as server:
        for _ in range(rig.pick(1, 3)):
            rig.show(server, COUNT)
            since = server.admin_once().last_event()
            stops.append(server.stop())
            began = time.monotonic()
            server.start()
            boot = time.monotonic() - began
            show, settle = _come_back(rig, server, since)
            shows.append(show)
            settles.append(show + settle)
    table(
        f"5 · {COUNT} dashboards come back at once after a restart; {AWAY} orders were placed meanwhile",
        ("server stops", "goal", "starts", "all connected", "all up to date", "each"),
        [
            (
                f"{median(stops):.2f} s",
                goal(median(stops), STOP_GOAL, f"<= {STOP_GOAL:.0f} s"),
                f"{boot:.2f} s",
                f"{median(shows):.2f} s",
                f"{median(settles):.2f} s",
                f"{median(settles) / COUNT * 1000:.2f} ms",
            )
        ],
        "Counted from the first connection; browsers add their jitter.",
    )


def _come_back(rig: Rig, server: Server, since: int) -> tuple[float, float]:
    rig.screens.ask("show", server.port, None, 0)
    rig.tills.ask("take", server.port, 4, 1.0, float(AWAY))
    last = server.admin_once().last_event()
    show: float = rig.screens.ask("show", server.port, server.admin_once().token, COUNT, since)
    settle: float = rig.screens.ask("settle", last)
    return show, settle
