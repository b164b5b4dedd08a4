"""Rows of the log as events, whatever release wrote them. (Who reads the log: live/tailer.py, outbox/planning.py and
pictures/reader.py.)"""

from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from printalma.events.types import TYPES, Event, UnknownEvent


def read(type_name: str, data: Mapping[str, Any]) -> Event:
    """The event that a row of the log holds, whichever release wrote it: what this one does not know of it is left out,
    what the other one did not know is empty. One such row once ended every process at each look."""
    kind = TYPES.get(type_name)
    if kind is None:
        return UnknownEvent(type_name)
    return kind(**{name: data[name] if name in data else empty() for name, empty in _FIELDS[kind].items()})


def _fields(kind: type[Any]) -> dict[str, Callable[[], Any]]:
    return {name: _empty(hint) for name, hint in get_type_hints(kind).items()}


def _empty(hint: Any) -> Callable[[], Any]:
    """What makes the empty value of a field: None where it may be, else "", 0 or []."""
    may_be_none = isinstance(hint, UnionType) and NoneType in get_args(hint)
    made: Callable[[], Any] = NoneType if may_be_none else get_origin(hint) or hint
    return made


_FIELDS = {kind: _fields(kind) for kind in TYPES.values()}
