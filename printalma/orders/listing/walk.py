"""Ways through a list of orders from a place on, as far as they need to go, however large the shop."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.orders.listing import index
from printalma.orders.listing.index import Words
from printalma.orders.listing.pagination import Check, Keyset
from printalma.orders.listing.sieve import Sieve
from printalma.orders.models import Order

FEW = 20_000  # orders that may be looked at one by one, or sorted
NEAR = 5_000  # orders that are looked at one by one before the index is asked
FAR = 100_000  # the same where the index would find so many that sorting them takes longer (PostgreSQL)

_orders = table(Order)


def find(connection: Connection, sieve: Sieve, words: Words, walk: Keyset, most: int) -> list[int]:
    """The ids of the next `most` orders that pass the sieve and hold the words.

    Words are looked for in the next few orders first, where common ones are probably found; then the index is
    asked, which is fast for rare ones. Words of one or two letters are in no index: only the next FEW orders are
    looked at.
    """
    passing = sieve.guess(connection, FEW)
    few = passing <= FEW
    if not words:
        return list(connection.scalars(sa.select(_ahead(sieve, walk, most, few).c.id)))
    indexed = index.is_indexed(words)
    within, top = sieve.span(connection)
    saying = index.guess(connection, words) * within // top if indexed else 0
    if not indexed or passing <= NEAR or passing <= min(FEW, saying):
        return _look(connection, _ahead(sieve, walk, FEW, few), words, walk, most, [])
    depth = FAR if saying > 2 * FEW and not walk.by_id and not sieve.guesses else NEAR
    hits = depth * saying / within * (1 if walk.by_id else passing / top)
    if saying > NEAR and hits >= most:
        near = _ahead(sieve, walk, NEAR, few) if walk.by_id else _along(walk, depth, [])
        found = _look(connection, near, words, walk, most, [] if walk.by_id else sieve.accept(near.c.id))
        if len(found) == most:
            return found
    return _ask_index(connection, sieve, words, walk, most, few=walk.by_id or saying <= 2 * FEW)


def count(connection: Connection, sieve: Sieve, words: Words, sort: str, most: int) -> int:
    """How many orders the list has, counted up to `most`; with words of one or two letters, among its first FEW."""
    if not words:
        return sieve.count(connection, most)
    passing = sieve.guess(connection, FEW)
    indexed = index.is_indexed(words)
    if passing > FEW and not indexed:
        near = _ahead(sieve, Keyset(sort), FEW, few=False)
        parts: Sequence[sa.Select[Any]] = [sa.select(near.c.id).where(*index.says(connection, near.c.id, words))]
    elif not indexed or passing <= NEAR or passing < index.guess(connection, words):
        said = index.says(connection, _orders.c.id, words)
        parts = [sa.select(_orders.c.id).where(*cell, *said) for cell in sieve.cells()]
    else:
        parts = _asked(connection, sieve, words)
    some = [part.limit(most).subquery() for part in parts]
    return sum(connection.execute(sa.select(sa.func.count()).select_from(part)).scalar_one() for part in some)


def _ahead(sieve: Sieve, walk: Keyset, most: int, few: bool) -> sa.Subquery:
    """The next `most` orders that pass the sieve: by the indexes of its cells, whose rows are few or in order already,
    or along the index of the sort."""
    if not few and not walk.by_id:
        return _along(walk, most, sieve.checks())
    parts = [_along(walk, most, cell) for cell in sieve.cells()]
    if len(parts) == 1:
        return parts[0]
    merged = sa.union_all(*(sa.select(part) for part in parts)).subquery()
    return sa.select(merged).order_by(*walk.order(merged.c.key, merged.c.id)).limit(most).subquery()


def _along(walk: Keyset, most: int, checks: Sequence[Check]) -> sa.Subquery:
    """The next `most` orders that `checks` accept."""
    place = walk.behind(walk.column, _orders.c.id)
    chosen = sa.select(_orders.c.id, walk.column.label("key")).where(*checks, *place)
    return chosen.order_by(*walk.order(walk.column, _orders.c.id)).limit(most).subquery()


def _look(
    connection: Connection, near: sa.Subquery, words: Words, walk: Keyset, most: int, checks: Sequence[Check]
) -> list[int]:
    """Which orders among `near` hold the words: all of them are looked at."""
    chosen = sa.select(near.c.id).where(*checks, *index.says(connection, near.c.id, words))
    return list(connection.scalars(chosen.order_by(*walk.order(near.c.key, near.c.id)).limit(most)))


def _ask_index(connection: Connection, sieve: Sieve, words: Words, walk: Keyset, most: int, few: bool) -> list[int]:
    """The same by the index of words: what it finds is sorted when it is `few` or in order already. Else SQLite goes
    along the index of the sort, and picks what the index of words found."""
    found: list[tuple[Any, int]] = []
    for part in index.candidates(connection, words, walk.ids(sieve.ids)):
        order_id: Any = part.c.order_id
        key: Any = order_id
        checks = sieve.accept(order_id)
        if not few and sieve.guesses:
            among = sa.func.coalesce(_orders.c.id, 0).in_(sa.select(part.c.order_id))
            order_id, key, checks = _orders.c.id, walk.column, [among, *sieve.checks()]
        elif not walk.by_id:
            key = sa.select(walk.column).where(_orders.c.id == order_id).scalar_subquery()
        rest = index.unproven(connection, words)
        chosen = sa.select(order_id, key).where(*checks, *index.says(connection, order_id, rest))
        chosen = chosen.where(*walk.behind(key, order_id)).order_by(*walk.order(key, order_id)).limit(most)
        found += [(row[1], row[0]) for row in connection.execute(chosen)]
    return [order_id for _, order_id in sorted(found, reverse=not walk.ascending)[:most]]


def _asked(connection: Connection, sieve: Sieve, words: Words) -> Sequence[sa.Select[Any]]:
    """Every order that passes and holds the words, by the index of words."""
    parts, rest = index.candidates(connection, words, sieve.ids), index.unproven(connection, words)
    checks = [[*sieve.accept(p.c.order_id), *index.says(connection, p.c.order_id, rest)] for p in parts]
    return [sa.select(part.c.order_id).where(*accepted) for part, accepted in zip(parts, checks, strict=True)]
