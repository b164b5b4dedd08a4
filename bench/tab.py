"""A tab with the list open in Chromium: what arriving orders cost it, by the browser's own figures."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from bench.figures import goal, median, ms, table
from bench.rig import Rig, rest
from tests.support.browser import DESK, launch
from tests.support.server import Server

Motion = Literal["no-preference", "reduce"]  # what the browser says its owner prefers
WHOLE = 60  # orders: the list is full, so a row that comes sends another away
ALONE = 12.0  # seconds in which everything that an order sets off has come to its end
RATE = 2.0  # orders a second
PER_ORDER, SHARE = 0.060, 0.05
# What a layout moved that is no row, nor what stands below the rows; a row is only ever pushed downwards or upwards.
WATCH = """
window.found = { long: 0, shifts: 0, others: [] };
new PerformanceObserver((list) => { found.long += list.getEntries().length; }).observe({ type: "longtask" });
const follows = Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINED_BY;
const isPushed = ({ node, previousRect: before, currentRect: after }) =>
  !node?.isConnected || (document.getElementById("orders").compareDocumentPosition(node) & follows &&
    before.x === after.x && before.width === after.width);
new PerformanceObserver((list) => {
  for (const { sources } of list.getEntries()) {
    found.shifts += 1;
    const other = sources.find((source) => !isPushed(source));
    if (other) found.others.push((other.node.outerHTML ?? other.node.data).slice(0, 120));
  }
}).observe({ type: "layout-shift" });
"""


@dataclass(frozen=True)
class Busy:
    """Seconds: of the page's main thread, of it for scripts, for styles and layout, and of the browser's processes."""

    thread: float
    scripts: float
    layout: float
    processes: float

    def since(self, before: "Busy") -> "Busy":
        pairs = zip(vars(self).values(), vars(before).values(), strict=True)
        return Busy(*(now - then for now, then in pairs))


class Tab:
    def __init__(self, browser: Browser, page: Page) -> None:
        self.page = page
        self._page = page.context.new_cdp_session(page)
        self._page.send("Performance.enable", {"timeDomain": "threadTicks"})  # not the time it waits for a core
        self._browser = browser.new_browser_cdp_session()

    def busy(self) -> Busy:
        told = self._page.send("Performance.getMetrics")["metrics"]
        spent = {each["name"]: each["value"] for each in told}
        processes = self._browser.send("SystemInfo.getProcessInfo")["processInfo"]
        all_of_them = sum(each["cpuTime"] for each in processes if each["type"] != "browser")
        layout = spent["LayoutDuration"] + spent["RecalcStyleDuration"]
        return Busy(spent["TaskDuration"], spent["ScriptDuration"], layout, all_of_them)

    def idle(self, seconds: float) -> Busy:
        """What the tab spends while nothing comes."""
        before = self.busy()
        time.sleep(seconds)
        return self.busy().since(before)


def measure(rig: Rig) -> None:
    """Table 15."""
    with rig.shop("tab") as server:
        rig.tills.ask("take", server.port, 1, WHOLE / 100, 100.0)
        rest(server)
        motions: tuple[Motion, ...] = ("no-preference", "reduce")
        rows = [_measured(rig, server, motion) for motion in motions]
    heads = ["motion", "main thread for an order", "goal", "scripts", "layout", "of a core at 2/s", "goal"]
    heads += ["with painting", "long tasks", "goal", "shifts", "not of rows", "goal"]
    note = f"50 rows at 1440 × 900, {_seconds(rig)} s of {RATE:.0f} orders a second, no graphics card."
    table("15 · A tab that shows the list, in Chromium", heads, rows, note)


def _measured(rig: Rig, server: Server, motion: Motion) -> list[str]:
    with _open(server, motion) as tab:
        quiet = tab.idle(ALONE)
        alone = [_alone(rig, server, tab, quiet) for _ in range(rig.pick(1, 3))]
        tab.page.evaluate(WATCH)
        seconds = _seconds(rig)
        before = tab.busy()
        rig.tills.ask("take", server.port, 1, float(seconds), RATE)
        spent = tab.busy().since(before)
        found = tab.page.evaluate("found")
    share = spent.thread / seconds
    for other in found["others"][:5]:
        print(f"  shifted: {other}")
    thread = median(each.thread for each in alone)
    others = len(found["others"])
    return [
        motion,
        ms(thread),
        goal(thread, PER_ORDER, "< 60 ms"),
        ms(median(each.scripts for each in alone)),
        ms(median(each.layout for each in alone)),
        f"{share:.1%}",
        goal(share, SHARE, "< 5 %"),
        f"{spent.processes / seconds:.1%}",
        str(found["long"]),
        goal(found["long"], 0, "0"),
        str(found["shifts"]),
        str(others),
        goal(others, 0, "0"),
    ]


def _alone(rig: Rig, server: Server, tab: Tab, quiet: Busy) -> Busy:
    """What one order costs beyond a quiet tab, with all that it sets off."""
    before = tab.busy()
    rig.tills.ask("take", server.port, 1, 1.0, 1.0)
    time.sleep(ALONE - 1.0)
    return tab.busy().since(before).since(quiet)


def _seconds(rig: Rig) -> int:
    return rig.pick(10, 60)


@contextmanager
def _open(server: Server, motion: Motion) -> Iterator[Tab]:
    with sync_playwright() as driver:
        browser = launch(driver)
        context = browser.new_context(base_url=server.url, viewport=DESK, reduced_motion=motion, locale="fr-FR")
        token = server.admin_once().token
        context.add_cookies([{"name": "auth_token", "value": token or "", "url": server.url, "httpOnly": True}])
        page = context.new_page()
        page.goto("/dashboard")
        page.wait_for_selector("body[data-line=open]")
        yield Tab(browser, page)
        browser.close()
