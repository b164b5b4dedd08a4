"""What is asked when a search finds nothing: "Did you mean Coulibaly (38)?"

A word that no order holds is replaced by the nearest ones, whose letters by threes are mostly the same; then all words
are searched for as a click would do it, and what finds nothing is not offered.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.orders.listing import known_words, search
from printalma.orders.listing import page as pages
from printalma.orders.listing.filters import MAX_SEARCH, OrderFilters
from printalma.orders.listing.models import KnownWord, WordLetters
from printalma.orders.listing.selection import MAX_COUNT, Selection

MOST = 3  # suggestions
MAX_TRIED = 5  # that are searched for, at most
MAX_MISSPELT = 4  # words of one search
NEAREST = 3  # words that one may have meant
LOOKED_AT = 100  # words that share the most letters, among which the nearest are
SHARED = 0.2  # of its letters by threes a word must have in common with one, to be looked at
ALIKE, AS_GOOD = 0.45, 0.8  # how near it must be, and how near beside the nearest
NEW = 200  # orders whose words may not be known yet

_known, _letters = table(KnownWord), table(WordLetters)
_SHARED = sa.func.count()
_SHARING = (
    sa.select(_letters.c.word)
    .where(_letters.c.letters.in_(sa.bindparam("letters", expanding=True)))
    .group_by(_letters.c.word)
    .having(sa.bindparam("least") <= _SHARED)
    .order_by(_SHARED.desc())
    .limit(LOOKED_AT)
)
_WRITTEN = sa.select(_known.c.word, _known.c.written).where(_known.c.word.in_(sa.bindparam("words", expanding=True)))


Meant = tuple[str, float]  # how a word may be meant, and how near that is


@dataclass(frozen=True)
class Suggestion:
    """Filters whose search finds something, and how much, as its list would say it; `everywhere` when only the words
    are left of them."""

    filters: OrderFilters
    everywhere: bool
    total: int
    more: bool


def suggested(connection: Connection, filters: OrderFilters, zone: ZoneInfo) -> list[Suggestion]:
    """What may be meant by a search that finds nothing, the nearest first: with the same filters, and where these leave
    nothing of it, without them."""
    if not filters.search:
        return []
    spellings = [*itertools.islice(_spellings(connection, filters.search), MAX_TRIED)]
    first = replace(filters, after=None, before=None)
    found = _counted(connection, first, spellings, zone)
    if found or not (filters.chosen or filters.period):
        return found
    return _counted(connection, filters.unfiltered, [filters.search, *spellings], zone, everywhere=True)


def _counted(
    connection: Connection, filters: OrderFilters, asked: Iterable[str], zone: ZoneInfo, everywhere: bool = False
) -> list[Suggestion]:
    found: list[Suggestion] = []
    for each in asked:
        meant = replace(filters, search=each)
        total, more = pages.count(Selection(connection, meant, zone), MAX_COUNT)
        found += [Suggestion(meant, everywhere, total, more)] if total else []
        if len(found) == MOST:
            break
    return found


def _spellings(connection: Connection, asked: str) -> Iterator[str]:
    """Searches that may be meant, the nearest first. Words that no order holds are replaced; where there are none,
    orders hold the words, but none holds all of them, and any may be misspelt."""
    parts = known_words.split(asked)
    names = list(dict.fromkeys(word for part in parts if (word := known_words.compared(part)) is not None))
    held = [word for word in names if _is_held(connection, word)]
    misspelt = [word for word in names if word not in held] or held
    new = known_words.newest(connection, NEW)
    meant = {word: _nearest(connection, word, new) for word in misspelt[:MAX_MISSPELT]}
    options = [_options(part, meant, keep=misspelt == held) for part in parts]
    for way in sorted(itertools.product(*options), key=lambda way: -math.prod(near for _text, near in way)):
        spelt = "".join(text for text, _near in way)
        if spelt != asked and len(spelt) <= MAX_SEARCH:
            yield spelt


def _options(part: str, meant: Mapping[str, Sequence[Meant]], keep: bool) -> Sequence[Meant]:
    """How a part of the search may be meant: as it is unless it is misspelt, perhaps also then."""
    word = known_words.compared(part)
    as_it_is: list[Meant] = [(part, 1.0)]
    if word is None or word not in meant:
        return as_it_is
    return [*(as_it_is if keep else ()), *meant[word]]


def _is_held(connection: Connection, word: str) -> bool:
    return bool(known_words.known(connection, [word])) or search.is_held(connection, word)


def _nearest(connection: Connection, word: str, new: Mapping[str, str]) -> list[Meant]:
    """The words nearest to one, as they are written."""
    mine = known_words.threes(word)
    least = max(2, math.ceil(SHARED * len(mine)))
    sharing = connection.scalars(_SHARING, {"letters": sorted(mine), "least": least})
    others = {*sharing, *(other for other in new if len(mine & known_words.threes(other)) >= least)} - {word}
    near = {other: _likeness(word, other) for other in others}
    best = sorted(near, key=lambda other: (-near[other], other))[:NEAREST]
    alike = max(ALIKE, AS_GOOD * max(near.values(), default=0))
    written = {**new, **{row.word: row.written for row in connection.execute(_WRITTEN, {"words": best})}}
    return [(written[other], near[other]) for other in best if near[other] >= alike]


def _likeness(one: str, other: str) -> float:
    """How much two words have in common: their letters by threes, and in a row. The former alone missed Aisatu."""
    some, others = known_words.threes(one), known_words.threes(other)
    by_threes = len(some & others) / len(some | others)
    return (by_threes + SequenceMatcher(None, one, other, autojunk=False).ratio()) / 2
