"""What a browser pays for a selector, each time a row comes."""

import re

from printalma.web.assets import STATIC

SELECTOR = re.compile(r"^ *([^@{}/][^{};]*?) *\{", re.MULTILINE)


def test_no_selector_has_everything_styled_again_when_a_row_comes() -> None:
    """One that tells by neighbours or by what is within, and ends with *: ten milliseconds an order, each of three."""
    live = [sheet for sheet in STATIC.glob("*.css") if sheet.name != "print.css"]  # nothing comes to a paper
    sheets = "".join(sheet.read_text(encoding="utf-8") for sheet in live)
    css = re.sub(r"/\*.*?\*/", "", sheets, flags=re.DOTALL)
    selectors = [part.strip() for found in SELECTOR.findall(css) for part in re.split(r",(?![^(]*\))", found)]
    assert len(selectors) > 500
    dear = [each for each in selectors if re.search(r"(:has\(|\* [+~] ).*\*$", each)]
    assert dear == []
