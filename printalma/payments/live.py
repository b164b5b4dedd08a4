"""The page of what is to collect follows whatever happens to orders."""

from collections.abc import Mapping

from printalma.accounts.policy import Sight
from printalma.events import renderings
from printalma.events.renderings import View
from printalma.payments.page import ToCollect
from printalma.web.routing import url_for


def register() -> None:
    renderings.register_view(parse_view)


def parse_view(path: str, query: Mapping[str, list[str]], sight: Sight) -> View | None:
    return ToCollect.parse(query, sight) if path == url_for("to_collect.page") else None
