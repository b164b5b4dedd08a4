"""The forms of a page, as a browser without JavaScript would send them."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

CHOSEN = ("checkbox", "radio")
# A twentieth of a page. Reading all of it took a tenth of the time of tests that press buttons.
_FILLED_IN = re.compile(
    r"""<textarea\b.*?</textarea> | </?(?:form|input|button|select|option)\b (?:"[^"]*" | '[^']*' | [^"'>])* >""",
    re.DOTALL | re.VERBOSE,
)


@dataclass
class Form:
    """`fields` are what is sent when nothing is changed; `buttons` are the names and values of its buttons."""

    method: str
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def path(self) -> str:
        return self.action.partition("?")[0]

    def filled(self, **changes: str) -> list[tuple[str, str]]:
        """What is sent when somebody has filled it in."""
        return [pair for pair in self.fields if pair[0] not in changes] + list(changes.items())


def forms(page: str, address: str = "") -> list[Form]:
    """The POST forms of a page that was found at `address`."""
    parser = _Parser(address)
    parser.feed("".join(found[0] for found in _FILLED_IN.finditer(page)))
    return [form for form in parser.found if form.method == "post"]


def form(page: str, path: str, address: str = "") -> Form:
    """The form of the page that is sent to `path`."""
    return next(each for each in forms(page, address) if each.path == path)


class _Parser(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._address = address
        self._select: str | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("method", "get"), given.get("action", self._address)))
        name = given.get("name")
        if not self.found or not name:
            self._option(tag, given)
            return
        form = self.found[-1]
        if tag == "input" and (given.get("type") not in CHOSEN or "checked" in given):
            form.fields.append((name, given.get("value", "on")))
        elif tag == "button":
            form.buttons.append((name, given.get("value", "")))
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name

    def _option(self, tag: str, given: dict[str, str]) -> None:
        if tag == "option" and self._select and "selected" in given:
            self.found[-1].fields.append((self._select, given.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[-1].fields.append((self._area, data))
            self._area = None

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea" and self._area:
            self.found[-1].fields.append((self._area, ""))
            self._area = None
