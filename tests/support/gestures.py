"""What hands do on a page, and what a slow line does to it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.support.browser import Visitors
from tests.support.client import Client
from tests.support.server import eventually

SLOW = 400  # ms from a press to its answer
GESTURE = 480  # ms at most between two presses of one gesture, or between what one did not see coming and a press
ATTEMPTS = 5
WATCH = """() => {
  const arrived = performance.getEntriesByType("navigation")[0].domContentLoadedEventStart;
  window.pressed = sessionStorage.getItem("last-press") ? [arrived] : [];
  for (const kind of ["pointerdown", "keydown"]) {
    window.addEventListener(kind, ({ timeStamp }) => pressed.push(timeStamp), true);
  }
  const elementOf = ({ target, type }) => (type === "attributes" ? target : target.parentElement);
  const isControl = (change) => elementOf(change)?.closest("button[name]");
  const isRow = ({ addedNodes }) => [...addedNodes].some(({ id }) => id?.startsWith("order-"));
  new MutationObserver((changes) => {
    if (changes.some((change) => isControl(change) || isRow(change))) pressed.push(performance.now());
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributeFilter: ["value"] });
}"""
WAS_QUICK = "most => window.pressed.every((at, n) => n === 0 || at - window.pressed[n - 1] <= most)"


def enter_live(visitors: Visitors, who: Client, path: str, **options: Any) -> Page:
    """A page with a line."""
    page = visitors.enter(who, path, **options)
    expect(page.locator("body[data-line=open]")).to_be_attached()
    return page


def hears(page: Page, found: Callable[[], bool]) -> None:
    """`eventually` of what the browser tells: Playwright hands it on only while something is asked of the page."""

    def is_heard() -> bool:
        page.wait_for_timeout(20)
        return found()

    eventually(is_heard)


def slow_down(page: Page, latency: int) -> None:
    """Hold every answer back; sockets are as fast as before."""
    conditions = {"offline": False, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", conditions)


def middle(target: Locator) -> tuple[float, float]:
    """Where a hand aims at."""
    box = target.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def in_time(gesture: Callable[[], Page]) -> Page:
    """Make a gesture as quickly as a hand does: again, where this machine was too busy for it. `gesture` makes one on a
    page it has opened with `watched`, and gives the page back."""
    for _ in range(ATTEMPTS):
        page = gesture()
        if page.evaluate(WAS_QUICK, GESTURE):
            return page
    pytest.skip("this machine is too busy for a gesture")


def watched(page: Page) -> Page:
    """The page, which from now on knows how quickly one press follows another, or what it was on its way to."""
    page.evaluate(WATCH)
    return page


class Finger:
    """One finger on a screen."""

    def __init__(self, page: Page) -> None:
        self._devtools: CDPSession = page.context.new_cdp_session(page)

    def down(self, x: float, y: float) -> None:
        self._say("touchStart", [{"x": x, "y": y}])

    def up(self) -> None:
        self._say("touchEnd", [])

    def _say(self, kind: str, points: list[dict[str, float]]) -> None:
        self._devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
