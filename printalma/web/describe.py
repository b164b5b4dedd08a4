"""What a JSON route takes and answers, said beside it. What follows from that or from its access is said nowhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from printalma.lib.validation import Query

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Header:
    """A header that the caller may send, as a JSON schema."""

    name: str
    schema: Mapping[str, Any]


class File:
    """An answer that is no JSON, by the media types it may have."""

    def __init__(self, *media_types: str) -> None:
        self.media_types = media_types


@dataclass(frozen=True)
class Description:
    """`body` and `answers` are types of JSON, these by status, or files; `errors` more statuses, answered in the
    contract's form of a problem; `tells` names headers of an answer."""

    answers: Mapping[int, Any]
    body: Any = None
    query: type[Query] | None = None
    sends: tuple[Header, ...] = ()
    errors: tuple[int, ...] = ()
    tells: Mapping[int, str] = field(default_factory=dict)


def describe(answers: Mapping[int, Any], **more: Any) -> Callable[[View], View]:
    """Declare what a view takes and answers; see Description for what `more` may be."""
    description = Description(answers, **more)

    def mark(view: View) -> View:
        view.__dict__["description"] = description
        return view

    return mark
