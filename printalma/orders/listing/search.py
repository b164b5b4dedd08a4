"""Finding orders by their texts: the index of them, three letters by three, is asked, is made, left behind by a bulk
load, and made anew.
"""

import re
from collections.abc import Sequence

import sqlalchemy as sa

from printalma.db import Connection, is_postgres, table, upsert, without_haste
from printalma.db.postgres import PLANNED
from printalma.orders.listing.models import OrderText
from printalma.orders.listing.pagination import MAX_ID, Check
from printalma.orders.listing.texts import MAX_TEXT, Word

HOPED_FOR = 1000  # orders with a word, more than a planner thinks of one it does not know
LETTERS = 3  # in a row are what the index keeps

Words = Sequence[Word]

_texts = table(OrderText)
_trigrams = sa.table("order_trigrams", sa.column("rowid", sa.Integer), sa.column("order_trigrams"))
_INSERT = upsert(_texts).on_conflict_do_nothing()
_UPTO = sa.text("SELECT order_id FROM order_trigrams_upto")
_FORGET = sa.text("INSERT INTO order_trigrams (order_trigrams, rowid, text) VALUES ('delete', :order, :text)")
_TAKE_IN = sa.text("INSERT INTO order_trigrams (rowid, text) VALUES (:order, :text)")

_INDEX = sa.text("SELECT to_regclass('ix_order_texts_text')")
# Since PostgreSQL 13 the owner of a database may have pg_trgm there; before, a superuser only.
_MAY_INDEX = sa.text(
    "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') OR EXISTS ("
    "SELECT FROM pg_available_extension_versions v JOIN pg_roles r ON r.rolname = current_user "
    "WHERE v.name = 'pg_trgm' AND (r.rolsuper OR v.trusted AND has_database_privilege(current_database(), 'CREATE')))"
)


def held(connection: Connection, order_id: sa.ColumnElement[int], words: Words) -> list[Check]:
    """That the text of the order `order_id` holds all the words. It is read for each order, by its id, once."""
    if not words:
        return []
    holds = sa.and_(*holding(connection, _texts.c.text, words))
    return [sa.select(holds).where(_texts.c.order_id == order_id).scalar_subquery()]


def holding(connection: Connection, text: sa.ColumnElement[str], words: Words) -> list[Check]:
    """That a text holds all the words."""
    place = sa.func.strpos if is_postgres(connection) else sa.func.instr
    return [sa.or_(*(place(text, spelling) > 0 for spelling in word)) for word in words]


def candidates(connection: Connection, words: Words, ids: tuple[int, int]) -> tuple[sa.Subquery, Words] | None:
    """Those of the orders `ids`, from the lowest to the highest, that the index finds by the words' letters: all that
    hold the words, and perhaps a few others; and the words that are still to be looked for in their texts. None for
    single letters, which are in no index."""
    letters = [word for word in words if _length(word) >= LETTERS]
    letters = letters or [word for word in words if _length(word) == LETTERS - 1]
    if not letters:
        return None
    if is_postgres(connection):
        holds = [sa.or_(*map(_answered, word)) for word in letters]
        # Hidden: else a planner walks the orders in their order, hoping for the first. Two names that no order has at
        # once took it three seconds.
        order_id = _texts.c.order_id + 0
        among = [] if ids == (0, MAX_ID) else [order_id.between(*ids)]
        found = sa.select(order_id.label("id")).where(*holds, *among)
        return found.subquery("found"), [word for word in words if word not in letters]
    query = " AND ".join("({})".format(" OR ".join(f"({_threes(spelling)})" for spelling in word)) for word in letters)
    matched = sa.select(_trigrams.c.rowid.label("id")).where(_trigrams.c.order_trigrams.op("MATCH")(query))
    # The last few orders, up to 64, are not in the index yet.
    late = max(ids[0], connection.execute(_UPTO).scalar_one() + 1), ids[1]
    holds = holding(connection, _texts.c.text, words)
    looked_at = sa.select(_texts.c.order_id.label("id")).where(_texts.c.order_id.between(*late), *holds)
    return sa.union_all(matched.where(_trigrams.c.rowid.between(*ids)), looked_at).subquery("found"), words


def is_held(connection: Connection, word: str) -> bool:
    """Whether there is any order that holds a word of three letters or more."""
    found = candidates(connection, [(word,)], (0, MAX_ID))
    assert found is not None, "the index has it"
    some, unproven = found
    checks = held(connection, some.c.id, unproven)
    # Asked for one row alone, PostgreSQL goes through the table, hoping: a word that is nowhere took it three seconds.
    first = sa.select(some.c.id).where(*checks).limit(HOPED_FOR).subquery()
    return bool(connection.scalar(sa.select(sa.func.count()).select_from(first).execution_options(**PLANNED)))


def _length(word: Word) -> int:
    return min(map(len, word))


def _answered(word: str) -> Check:
    """What PostgreSQL's index answers. Two letters are three with each that may stand in front of them."""
    if len(word) >= LETTERS:
        return _texts.c.text.contains(word, autoescape=True)
    return _texts.c.text.op("~")(f"[{''.join(map(re.escape, _in_front_of(word)))}]{re.escape(word)}")


def _threes(word: str) -> str:
    """The same for FTS5: letters by threes, so that each is taken; in quotes nothing in them is syntax."""
    if len(word) < LETTERS:
        return " OR ".join(map(_quoted, (letter + word for letter in _in_front_of(word))))
    starts = sorted({*range(0, len(word) - LETTERS + 1, LETTERS), len(word) - LETTERS})
    return " AND ".join(_quoted(word[start : start + LETTERS]) for start in starts)


def _quoted(letters: str) -> str:
    return '"{}"'.format(letters.replace('"', '""'))


def _in_front_of(word: str) -> str:
    """What may stand in front of two letters in a text, which begins with an order's number: what a keyboard has, and
    letters of the same script."""
    here = ord(word[0]) // 64 * 64
    script = "".join(map(chr, range(here, here + 64))) if here > ord("~") else ""
    return "".join(chr(n) for n in range(ord(" "), ord("~") + 1) if not chr(n).isupper()) + script


def has_index(connection: Connection) -> bool:
    """Whether the index is there: on PostgreSQL, not every role may make it. Searches are answered without it too, only
    slower."""
    return not is_postgres(connection) or connection.execute(_INDEX).scalar_one() is not None


def add(tx: Connection, order_id: int, text: str) -> bool:
    """Have an order found that has no text, because a release that kept none took it; whether it still had none."""
    upto = None if is_postgres(tx) else tx.execute(_UPTO).scalar_one()
    is_new = bool(tx.execute(_INSERT, {"order_id": order_id, "text": text}).rowcount)
    if is_new and upto is not None and order_id <= upto:  # else the trigger takes it in, now or with later ones
        tx.execute(_TAKE_IN, {"order": order_id, "text": text})
    return is_new


def reword(tx: Connection, order_id: int, known: str, text: str) -> bool:
    """Have an order found by `text` in place of `known`; where that is not its text any more, nothing is done.

    SQLite's index has no texts of its own: it is told of the words that are new, and to forget the old text only if
    something of it is gone. Taking fifty out and in again made it merge its parts for a quarter of a second.
    """
    here = sa.and_(_texts.c.order_id == order_id, _texts.c.text == known)
    if not tx.execute(sa.update(_texts).where(here).values(text=text)).rowcount:
        return False
    if is_postgres(tx) or order_id > tx.execute(_UPTO).scalar_one():  # or not taken in yet
        return True
    gained = [word for word in text.split() if word not in known.split()]
    lost = [word for word in known.split() if word not in text.split()]
    if all(any(word in other for other in gained) for word in lost):
        known, text = "", " ".join(gained)
    if known:
        tx.execute(_FORGET, {"order": order_id, "text": known})
    tx.execute(_TAKE_IN, {"order": order_id, "text": text})
    return True


def enrich(tx: Connection, order_id: int, words: Sequence[str]) -> None:
    """Have an order found by more words, as long as they are not too many."""
    text = tx.scalar(sa.select(_texts.c.text).where(_texts.c.order_id == order_id).with_for_update()) or ""
    if text and len(text) < MAX_TEXT:
        known = text.split()
        reword(tx, order_id, text, " ".join(dict.fromkeys([*known, *words])))


def suspend(tx: Connection) -> None:
    """Leave the index as it is while very many orders are written; `rebuild` must follow in the same transaction."""
    if is_postgres(tx):
        tx.execute(sa.text("DROP INDEX IF EXISTS ix_order_texts_text"))
    else:
        tx.execute(sa.text("UPDATE order_trigrams_upto SET order_id = 1 << 62"))


def rebuild(tx: Connection) -> None:
    """Make the index anew."""
    if is_postgres(tx):
        without_haste(tx)
        if tx.execute(_MAY_INDEX).scalar_one():
            tx.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            tx.execute(sa.text("CREATE INDEX ix_order_texts_text ON order_texts USING gin (text gin_trgm_ops)"))
        tx.execute(sa.text("ANALYZE order_texts"))  # at once: until then nobody knows which words are rare
    else:
        tx.execute(sa.text("INSERT INTO order_trigrams (order_trigrams) VALUES ('rebuild')"))
        last = "SELECT coalesce(max(order_id), 0) FROM order_texts"
        tx.execute(sa.text(f"UPDATE order_trigrams_upto SET order_id = ({last})"))  # noqa: S608
