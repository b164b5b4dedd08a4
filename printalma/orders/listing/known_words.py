"""The words of names and places that orders have. They are kept behind the orders, by and by (tidying): placing an
order costs nothing for it, and until then its words are read from the newest orders themselves.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

import sqlalchemy as sa

from printalma.db import Connection, Row, table, upsert
from printalma.lib.letters import plain
from printalma.orders.listing import search
from printalma.orders.listing.models import KnownWord, WordLetters
from printalma.orders.listing.texts import MAX_PART, TITLES
from printalma.orders.models import Order
from printalma.orders.queries import OrderRow

MIN_WORD, MAX_WORD = 3, 30  # letters of a word that may be misspelt
MAX_WRITTEN = 60  # with apostrophes: what has more is no name
MAX_WORDS = 300_000  # that are known: who has names made up by a machine has no use for the nearest

COLUMNS = ("customer", "shipping_name", "shipping_company", "shipping_city", "shipping_region")

_orders, _known, _letters = table(Order), table(KnownWord), table(WordLetters)
_BETWEEN = re.compile(r"([^\w'’‘ʼ`´]+)")
_WORDS = sa.select(_known.c.word).where(_known.c.word.in_(sa.bindparam("words", expanding=True)))
_LEARN = upsert(_known).on_conflict_do_nothing()
_SPELL = upsert(_letters).on_conflict_do_nothing()
_FORGET = sa.delete(_known).where(_known.c.word == sa.bindparam("forgotten"))
_UNSPELL = sa.delete(_letters).where(
    _letters.c.letters == sa.bindparam("those"), _letters.c.word == sa.bindparam("forgotten")
)


def split(text: str) -> list[str]:
    """Words, and at odd places what is between them."""
    return _BETWEEN.split(text)


@lru_cache(maxsize=4096)
def compared(written: str) -> str | None:
    """A word as it is compared; None for what is no name: numbers, titles, single letters."""
    word = plain(written)
    is_name = MIN_WORD <= len(word) <= MAX_WORD and word.isalpha() and word not in TITLES
    is_name = is_name and len(written) <= MAX_WRITTEN
    return word if is_name else None


def threes(word: str) -> set[str]:
    """Its letters by threes, a blank in front of the first and behind the last."""
    padded = f" {word} "
    return {padded[n : n + 3] for n in range(len(padded) - 2)}


def of_orders(orders: Iterable[Row | OrderRow]) -> dict[str, str]:
    """The words in COLUMNS of orders, and how they are written."""
    texts = {getattr(order, column) or "" for order in orders for column in COLUMNS}
    pieces = {piece for text in texts for piece in split(text[:MAX_PART])[::2]}
    return {word: _as_name(piece) for piece in sorted(pieces) if (word := compared(piece)) is not None}


def newest(connection: Connection, most: int) -> dict[str, str]:
    """Those of the last orders."""
    columns = [_orders.c[name] for name in COLUMNS]
    return of_orders(connection.execute(sa.select(*columns).order_by(_orders.c.id.desc()).limit(most)))


def known(connection: Connection, words: Iterable[str]) -> set[str]:
    return set(connection.scalars(_WORDS, {"words": list(words)}))


def learn(tx: Connection, words: Mapping[str, str]) -> None:
    """Know these words, while there is room for them."""
    new = sorted(words.keys() - known(tx, words))
    if not new or (tx.scalar(sa.select(sa.func.count()).select_from(_known)) or 0) >= MAX_WORDS:
        return
    tx.execute(_LEARN, [{"word": word, "written": words[word]} for word in new])
    tx.execute(_SPELL, [{"letters": three, "word": word} for word in new for three in sorted(threes(word))])


def rename(tx: Connection, before: OrderRow, after: OrderRow) -> None:
    """Know an order's new words, and forget those of its old ones that no order holds any more: a customer who asked to
    be forgotten is."""
    had, has = of_orders([before]), of_orders([after])
    learn(tx, {word: has[word] for word in has.keys() - had.keys()})
    for word in sorted(had.keys() - has.keys()):
        if not search.is_held(tx, word):
            _forget(tx, word)


def _forget(tx: Connection, word: str) -> None:
    tx.execute(_UNSPELL, [{"those": three, "forgotten": word} for three in sorted(threes(word))])
    tx.execute(_FORGET, {"forgotten": word})


def _as_name(written: str) -> str:
    """A name has a capital, and not all of them: FATOU and fatou are Fatou."""
    # "ß" begins a word as "Ss".
    return written.title()[:MAX_WRITTEN] if written.isupper() or written.islower() else written
