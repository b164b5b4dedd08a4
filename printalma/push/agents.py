"""A device's name, from what its browser says of itself."""

import re

# The first that matches wins: most browsers also call themselves by the names of others.
_BROWSERS = (
    ("Edge", "Edg(?:e|A|iOS)?/"),
    ("Opera", "OPR/|OPT/"),
    ("Samsung Internet", "SamsungBrowser/"),
    ("Firefox", "Firefox/|FxiOS/"),
    ("Chrome", "Chrome/|CriOS/|Chromium/"),
    ("Safari", "Safari/|AppleWebKit/"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("ChromeOS", "CrOS"),
    ("Mac", "Mac OS X|Macintosh"),
    ("Linux", "Linux|X11"),
)


def device_name(agent: str) -> str:
    """ "Chrome · Android" for a User-Agent header; empty when it names nothing that is known."""
    found = [next((name for name, mark in known if re.search(mark, agent)), None) for known in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in found if name)
