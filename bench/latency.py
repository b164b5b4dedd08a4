"""From a POST to the screens: how long, and whether one stalled screen delays the others."""

import contextlib

from bench import bare, wire
from bench.figures import goal, median, ms, table
from bench.rig import Rig
from tests.support.server import Server

RATE = 20.0
P50_GOALS = {1: 0.0035, 100: 0.005, 1000: 0.010}
P99_GOAL = 0.030
GOOD = 50


def measure(rig: Rig) -> None:
    """Table 2."""
    seconds = rig.pick(3, 15)
    rows = []
    with rig.shop("latency") as server:
        for count, wanted in P50_GOALS.items():
            rig.show(server, count)
            run = rig.post(server, seconds, RATE)
            found = run.screens
            frame = rig.screens.ask("sample")
            rig.show(server, 0)
            loop, alone = bare.fan_out(rig, frame, count, rig.pick(20, 100))
            rows.append(
                (
                    f"{count}",
                    ms(found.p50),
                    goal(found.p50, wanted, f"< {ms(wanted)}"),
                    ms(found.p99),
                    goal(found.p99, P99_GOAL, f"< {ms(P99_GOAL)}"),
                    ms(found.whole),
                    ms(run.answers.p50),
                    f"{ms(loop)} / {ms(alone.p99)}",
                    f"{found.whole / loop:.1f}",
                    f"{len(frame)}",
                )
            )
    heads = (
        "dashboards",
        "p50",
        "goal",
        "p99",
        "goal",
        "at all, median",
        "answer p50",
        "bare loop / p99",
        "all : loop",
        "bytes",
    )
    table(
        f"2 · From POST to screen, {RATE:.0f} orders a second for {seconds} s, over all sockets and orders",
        heads,
        rows,
        "The bare loop writes the same bytes to as many loopback sockets, read by the same process.",
    )


def stalled(rig: Rig) -> None:
    """Table 7."""
    repeats, seconds = rig.pick(1, 5), rig.pick(2, 5)
    p99: dict[bool, list[float]] = {False: [], True: []}
    with rig.shop("stalled") as server:
        rig.show(server, GOOD)
        for _ in range(repeats):
            for with_one, found in p99.items():
                with _maybe_stalled(server, with_one):
                    # What the kernel takes for a reader that does not read is filled first.
                    rig.post(server, rig.pick(1, 2), 100.0)
                    found.append(rig.post(server, seconds, RATE).screens.p99)
    alone, beside = median(p99[False]), median(p99[True])
    table(
        f"7 · {GOOD} good sockets beside one stalled reader, {RATE:.0f} orders a second "
        f"(medians of {repeats} runs of {seconds} s, interleaved)",
        ("p99 without", "p99 with", "ratio"),
        [(ms(alone), ms(beside), f"{beside / alone:.2f}")],
    )


def _maybe_stalled(server: Server, wanted: bool) -> contextlib.AbstractContextManager[object]:
    token = server.admin_once().token
    assert token is not None
    return contextlib.closing(wire.stalled(server.port, token)) if wanted else contextlib.nullcontext()
