"""How an event looks in each format. Each feature's `live.py` registers here; `live` and `push` only read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeGuard, runtime_checkable

from printalma.db import Connection
from printalma.events.log import Record
from printalma.events.types import TYPES, Event, LogRenewed, UnknownEvent

ADMINS = "admins"

# Of an order that something happens to: the values that those fields have, before and after, by which it is told who
# sees which order (accounts.policy).
About = Mapping[str, tuple[Any, ...]]


class View(Protocol):
    """What a page shows: hashable, the same for everybody who looks at the same thing and sees the same orders."""

    @property
    def name(self) -> str:
        """The page's address in its one canonical form: a page applies no other's fragments."""
        ...

    def redraw(self, connection: Connection, /) -> str:
        """The fragments that bring the page up to date from any state, however old."""
        ...


@runtime_checkable
class Overview(View, Protocol):
    """A view of all orders together: whatever happened to which of them, it is brought up to date the same way."""

    def follow_orders(self, connection: Connection, /) -> str:
        """The fragments after orders came or moved."""
        ...


class Follower(View, Protocol):
    """A view that says itself what becomes of it. No painter draws on its page: nothing is announced there, to nobody
    who may not hear it."""

    def follow_events(self, connection: Connection, records: Sequence[Record], /) -> str:
        """The fragments after these events."""
        ...


@dataclass(frozen=True)
class Bell:
    """What a bell of the first implementation reads of a notification: its own word for what happened, and of what."""

    type: Literal["ORDER_NEW", "ORDER_UPDATED"]
    metadata: dict[str, Any]


@dataclass(frozen=True)
class Notice:
    """An event as front ends hear of it (docs/contract.md, "Notifications").

    `to` is ADMINS, of whom those hear it who see the order that it is `about`, or a customer's user id.
    """

    to: str | int
    name: str
    notification: dict[str, Any]
    bell: Bell
    about: About | None = None


@dataclass(frozen=True)
class PushNotice:
    """An event as a phone hears of it. `to` and `about` are as a Notice's.

    `kind` is what preferences and summing up go by, `plural` the key of the sentence that says how many of the kind
    there were, and `summary_url` where those are to be seen. On a device a notification replaces one of its `tag`.
    With a `sign_in` it is for the devices of that one alone, and never for those of the user `by`, whose doing it is.
    `image` is asked when it is sent: where a picture of it is to be seen, if there is one by then.
    """

    to: str | int
    kind: str
    tag: str
    plural: str
    url: str | None
    summary_url: str | None
    notification: dict[str, Any]
    sign_in: str | None = None
    about: About | None = None
    by: int | None = None
    image: "Image | None" = None

    @property
    def audience(self) -> tuple[Any, ...]:
        return self.to, self.sign_in, *(self.about or {}).items()


@dataclass(frozen=True)
class Letter:
    """What a mail says: `said` before the `link`, which is called `do`, and `after` it."""

    subject: str
    said: tuple[str, ...]
    do: str
    link: str
    after: str


@dataclass(frozen=True)
class MailNotice:
    """An event as a mail tells a user of it. It is written when it is sent: what must not lie in a table, such as a
    link's secret, is drawn then."""

    to: int
    kind: str
    write: "Write"

    @property
    def audience(self) -> int:
        return self.to


@dataclass(frozen=True)
class Rendering:
    """The decisions for one event type; None says "this format does not tell of it".

    html   draws all of a batch's events that share the function, once per view
    json   what front ends hear, by a WebSocket or by Socket.IO
    push   what a phone says
    mail   what is written to somebody, which is rare: most events leave it out
    """

    html: "Html | None"
    json: "Json | None"
    push: "Push | None"
    mail: "Mail | None" = None


Html = Callable[[Connection, View, Sequence[Record]], str]
Json = Callable[[Record], list[Notice]]
Push = Callable[[Record], list[PushNotice]]
Mail = Callable[[Record], list[MailNotice]]
Write = Callable[[], Letter]
Image = Callable[[Connection], str | None]
ViewParser = Callable[[str, Mapping[str, list[str]], Any], View | None]


def _anew(connection: Connection, view: View, _records: Sequence[Record]) -> str:
    return view.redraw(connection)


_renderings: dict[type[Event], Rendering] = {
    # The log's own event is for the tailer alone, which has everybody come back.
    LogRenewed: Rendering(html=None, json=None, push=None),
    # A page is drawn anew, as far as this release can; front ends and phones are told by the release that knows it.
    UnknownEvent: Rendering(html=_anew, json=None, push=None),
}
_parsers: list[ViewParser] = []


def register(kind: type[Event], rendering: Rendering) -> None:
    """Decide how `kind` looks. Deciding again replaces: an app may be made twice in one process."""
    _renderings[kind] = rendering


def register_view(parser: ViewParser) -> None:
    """`parser` turns a page's path and query, and what its onlooker sees (accounts.policy.Sight), into a View, or None
    when the page is not its feature's."""
    if parser not in _parsers:
        _parsers.append(parser)


def undecided() -> set[str]:
    """Names of event types nobody has decided about."""
    return {name for name, kind in TYPES.items() if kind not in _renderings}


def view_of(path: str, query: Mapping[str, list[str]], sight: Any) -> View | None:
    """The view a page shows, or None for a page that shows nothing live but toasts."""
    return next((view for parser in _parsers if (view := parser(path, query, sight)) is not None), None)


def follows_by_itself(view: View) -> TypeGuard[Follower]:
    """Asked of each batch and page: of a protocol Python finds it out by thirty calls."""
    return hasattr(view, "follow_events")


def html(connection: Connection, view: View, records: Sequence[Record]) -> str:
    """The fragments by which a page showing `view` follows `records`; empty when they do not concern it."""
    if follows_by_itself(view):
        return view.follow_events(connection, records)
    by_painter: dict[Html, list[Record]] = {}
    for record in records:
        painter = _renderings[type(record.event)].html
        if painter is not None:
            by_painter.setdefault(painter, []).append(record)
    return "".join(painter(connection, view, chosen) for painter, chosen in by_painter.items())


def notices(record: Record) -> list[Notice]:
    """What front ends hear of `record`, and who does."""
    tell = _renderings[type(record.event)].json
    return tell(record) if tell else []


def about(record: Record) -> About | None:
    """What tells who sees the order that an event is about; None for what is about none."""
    told = (notice for tell in (notices, push_notices) for notice in tell(record))
    return next((notice.about for notice in told if notice.about is not None), None)


def push_notices(record: Record) -> list[PushNotice]:
    """What phones say of `record`, and whose."""
    tell = _renderings[type(record.event)].push
    return tell(record) if tell else []


def mail_notices(record: Record) -> list[MailNotice]:
    """What is written of `record`, and to whom."""
    tell = _renderings[type(record.event)].mail
    return tell(record) if tell else []
