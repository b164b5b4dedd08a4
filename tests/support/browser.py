"""A real browser: Chromium as the machine has it, whole or without its own windows, and admins who look at the shop
through it."""

import re
import shutil
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, ViewportSize

from tests.support.client import Client

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
SHELL = "chromium-headless-shell"  # the same without menus, permissions, a profile: a third of the processor's time
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def launch(playwright: Playwright, keeps_pages: bool = False, is_whole: bool = True) -> Browser:
    """The machine's Chromium; where there is none, the one `playwright install` brought. People's keep pages in memory
    for whoever goes back; drivers switch that off unless told not to. What asks for a permission or follows fingers to
    the point wants it whole; of a page both show the same."""
    names = NAMES if is_whole else (SHELL, *NAMES)
    found = next((path for name in names if (path := shutil.which(name))), None)
    channel = "chromium" if is_whole and not found else None
    left_out = ["--disable-back-forward-cache"] if keeps_pages else None
    return playwright.chromium.launch(executable_path=found, channel=channel, args=FLAGS, ignore_default_args=left_out)


class Visitors:
    """Pages opened during a test. Whatever their consoles complain about is kept: a violated policy shows there."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._contexts: list[BrowserContext] = []
        self._expected = ["closed before the connection is established"]  # a page left in its first moments
        self.complaints: list[str] = []

    def enter(self, who: Client | None, path: str = "/dashboard", **options: Any) -> Page:
        """A browser of its own for somebody who is signed in, or for a stranger; it shows `path`."""
        url = who.url if who else self._url
        settings = {"base_url": url, "viewport": DESK, "locale": "fr-FR", "timezone_id": "Europe/Paris"} | options
        context = self._browser.new_context(**settings)
        self._contexts.append(context)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        if who:
            assert who.token
            context.add_cookies([{"name": "auth_token", "value": who.token, "url": url, "httpOnly": True}])
        page = context.new_page()
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.goto(path)
        return page

    def expect_complaint(self, pattern: str) -> None:
        """Chromium logs every refused request as an error; the ones a test provokes are named."""
        self._expected.append(pattern)

    def leave(self) -> None:
        for context in self._contexts:
            context.close()
        left = [found for found in self.complaints if not any(re.search(known, found) for known in self._expected)]
        assert not left, left

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location.get('url')})")
