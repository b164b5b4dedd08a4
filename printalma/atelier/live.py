"""The bridge from events to the page of the press, which draws itself."""

from collections.abc import Mapping

from printalma.accounts.policy import Sight
from printalma.atelier.page import Press
from printalma.events import renderings
from printalma.events.renderings import Rendering, View
from printalma.events.types import PiecesTicked, PiecesUnticked
from printalma.web.routing import url_for

# No front end and no phone is told of a piece: they hear of the order's moves.
NOT_TOLD = Rendering(html=None, json=None, push=None)


def register() -> None:
    renderings.register(PiecesTicked, NOT_TOLD)
    renderings.register(PiecesUnticked, NOT_TOLD)
    renderings.register_view(parse_view)


def parse_view(path: str, query: Mapping[str, list[str]], sight: Sight) -> View | None:
    return Press.parse(query, sight) if path == url_for("atelier.page") else None
