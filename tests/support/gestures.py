"""What hands do on a page, and what a slow line does to it."""

from typing import Any

from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.support.browser import Visitors
from tests.support.client import Client

SLOW = 400  # ms from a press to its answer


def enter_live(visitors: Visitors, who: Client, path: str, **options: Any) -> Page:
    """A page with a line."""
    page = visitors.enter(who, path, **options)
    expect(page.locator("body[data-line=open]")).to_be_attached()
    return page


def slow_down(page: Page, latency: int) -> None:
    """Hold every answer back; sockets are as fast as before."""
    conditions = {"offline": False, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", conditions)


def middle(target: Locator) -> tuple[float, float]:
    """Where a hand aims at."""
    box = target.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


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
