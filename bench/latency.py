"""From a POST to the screens: how long, and whether one stalled screen delays the others."""

import contextlib

from bench import bare, wire
from bench.figures import Spread, goal, median, middle, ms, table
from bench.rig import Rig
from tests.support.server import Server

RATE = 20.0
P50_GOALS = {1: 0.0035, 100: 0.005, 1000: 0.010}
P99_GOAL = 0.030
GOOD = 50
FRONT_ENDS = 1000


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


def doors(rig: Rig) -> None:
    """Table 8."""
    seconds, repeats = rig.pick(3, 10), rig.pick(1, 3)
    found: dict[str, list[Spread]] = {wire.STREAM: [], wire.SOCKETIO: []}
    with rig.shop("doors") as server:
        for _ in range(repeats):
            for door, spreads in found.items():
                rig.show(server, FRONT_ENDS, door=door)
                spreads.append(rig.post(server, seconds, RATE).screens)
                rig.show(server, 0)
    plain, socketio = (middle(spreads) for spreads in found.values())
    ratio = socketio.whole / plain.whole
    table(
        f"8 · {FRONT_ENDS} front ends over Socket.IO beside as many plain WebSockets, {RATE:.0f} orders a second "
        f"(medians of {repeats} runs of {seconds} s, interleaved)",
        ("door", "p50", "p99", "at all, median", "of plain", "goal"),
        [
            ("/orders/live", ms(plain.p50), ms(plain.p99), ms(plain.whole), "1.00", ""),
            (
                "Socket.IO",
                ms(socketio.p50),
                ms(socketio.p99),
                ms(socketio.whole),
                f"{ratio:.2f}",
                goal(ratio, 2.0, "<= 2"),
            ),
        ],
    )
