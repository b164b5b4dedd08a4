"""Orders a second: with more and more dashboards, and with two processes."""

from bench import bare
from bench.figures import goal, median, middle, ms, table
from bench.rig import CLIENTS, Rig, Run

GOALS = {1: 550, 100: 400, 1000: 300}
P99_GOAL = 0.250


def measure(rig: Rig) -> None:
    """Tables 1 and 6."""
    seconds, repeats = rig.pick(2, 4), rig.pick(1, 5)
    runs: dict[int, list[Run]] = {0: [], 1: [], 100: [], 1000: []}
    commits = []
    with rig.shop("orders") as server:
        for _ in range(repeats):
            for count, found in runs.items():
                commits.append(bare.commits(rig, 0.5))
                rig.show(server, count)
                found.append(rig.post(server, seconds))
            rig.show(server, 0)
    told = f"{CLIENTS} keep-alive clients, closed loop; medians of {repeats} runs of {seconds} s, interleaved"
    _table_1(runs, median(commits), told)
    _table_6(runs, told)


def two_processes(rig: Rig) -> None:
    """Table 4."""
    seconds, repeats = rig.pick(2, 4), rig.pick(2, 5)
    one: list[Run] = []
    two: list[Run] = []
    with rig.shop("one") as single, rig.shop("two", WORKERS="2") as double:
        for _ in range(repeats):
            for server, found in ((single, one), (double, two)):
                rig.show(server, 1)
                found.append(rig.post(server, seconds))
                rig.show(server, 0)
    rates = [median(run.rate for run in runs) for runs in (one, two)]
    table(
        f"4 · Two processes against one, one dashboard ({repeats} runs of {seconds} s each, interleaved)",
        ("processes", "orders/s", "of one", "server CPU an order", "POST to screen p99"),
        [
            (str(n), f"{rate:.0f}", f"{rate / rates[0]:.2f}", _cost(runs), ms(middle([r.screens for r in runs]).p99))
            for n, rate, runs in zip((1, 2), rates, (one, two), strict=True)
        ],
        "The clients and the dashboard need a processor too: on two cores the second process shares one with them.",
    )


def _table_1(runs: dict[int, list[Run]], commits: float, told: str) -> None:
    rows = []
    for count, wanted in GOALS.items():
        rate = median(run.rate for run in runs[count])
        shares = [median(run.tills for run in runs[count]), median(run.readers for run in runs[count])]
        rows.append(
            (
                str(count),
                f"{rate:.0f}",
                goal(rate, wanted, f">= {wanted}", least=True),
                f"{rate / commits:.3f}",
                _cost(runs[count]),
                " + ".join(f"{share:.0%}" for share in shares),
            )
        )
    heads = ("dashboards", "orders/s", "goal", "of bare commits", "server CPU an order", "generators' CPU")
    table(f"1 · Orders accepted a second ({told})", heads, rows, f"Bare durable SQLite commits: {commits:.0f}/s.")


def _table_6(runs: dict[int, list[Run]], told: str) -> None:
    alone = median(run.rate for run in runs[0])
    rows = []
    for count, found in runs.items():
        rate = median(run.rate for run in found)
        screens = middle([run.screens for run in found])
        goals = (
            (goal(rate / alone, 0.5, ">= 0.50", least=True), goal(screens.p99, P99_GOAL, "< 250 ms"))
            if count == 1000
            else ("", "")
        )
        seen = (ms(screens.p50), ms(screens.p99)) if count else ("", "")
        rows.append((str(count), f"{rate:.0f}", f"{rate / alone:.2f}", goals[0], *seen, goals[1]))
    heads = ("dashboards", "orders/s", "of none", "goal", "POST to screen p50", "p99", "goal")
    table(f"6 · Orders under full load beside the same without dashboards ({told})", heads, rows)


def _cost(runs: list[Run]) -> str:
    return ms(median(run.server for run in runs))
