"""What a browser pays for a selector, each time a row comes."""

import re

from printalma.web.assets import STATIC

# With brackets in brackets: the parts of a selector, and the selectors of a list.
_BRACKETS = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
PART, EACH = (re.compile(rf"(?:[^{stops}()]|{_BRACKETS})+") for stops in (r"\s>+~", ","))
SELECTOR = re.compile(r"^ *([^@{}/][^{};]*?) *\{", re.MULTILINE)


def test_no_selector_has_everything_styled_again_when_a_row_comes() -> None:
    """One that tells by neighbours or by what is within, and ends with *: ten milliseconds an order, each of three."""
    live = [sheet for sheet in STATIC.glob("*.css") if sheet.name != "print.css"]  # nothing comes to a paper
    sheets = "".join(sheet.read_text(encoding="utf-8") for sheet in live)
    css = re.sub(r"/\*.*?\*/", "", sheets, flags=re.DOTALL)
    selectors = [part.strip() for found in SELECTOR.findall(css) for part in EACH.findall(found)]
    assert len(selectors) > 500
    dear = [each for each in selectors if re.search(r":has\(|\* [+~] ", each) and is_of_all(each)]
    assert dear == []


def is_of_all(selector: str) -> bool:
    """Whether what it chooses, or one of the choices it leaves, is named by no element, class or id."""
    last = PART.findall(selector)[-1]
    if choices := re.fullmatch(r":(?:is|where)\((.*)\)", last):
        return any(map(is_of_all, EACH.findall(choices[1])))
    return last.startswith(("*", ":")) and ":has(" not in last


def test_what_is_named_by_nothing_is_of_all() -> None:
    assert is_of_all("main:has(> p:not([hidden])) *")
    assert is_of_all("main:has(> p:not([hidden])) :is(.a, .found > :not(.number))")
    assert not is_of_all("main:has(> p:not([hidden])) :is(.a, #b, .found > button:not(.number))")
