"""The index that finds words by their letters, three by three: made, left behind by a bulk load, and made anew."""

import sqlalchemy as sa

from printalma.db import Connection, is_postgres, table, without_haste
from printalma.lib.i18n import t
from printalma.orders.models import OrderText

_texts = table(OrderText)
_INSERT = sa.text(
    "INSERT INTO order_texts (order_id, text) VALUES (:order_id, :text) ON CONFLICT (order_id) DO NOTHING"
)
_UPTO = sa.text("SELECT order_id FROM order_trigrams_upto")
_FORGET = sa.text("INSERT INTO order_trigrams (order_trigrams, rowid, text) VALUES ('delete', :order, :text)")
_TAKE_IN = sa.text("INSERT INTO order_trigrams (rowid, text) VALUES (:order, :text)")

STATISTICS = 500  # texts by which PostgreSQL guesses how many have a word; among its usual 100, one in fifty is in none

# Since PostgreSQL 13 the owner of a database may have pg_trgm there; before, a superuser only.
_MAY_INDEX = sa.text(
    "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') OR EXISTS ("
    "SELECT FROM pg_available_extension_versions v JOIN pg_roles r ON r.rolname = current_user "
    "WHERE v.name = 'pg_trgm' AND (r.rolsuper OR v.trusted AND has_database_privilege(current_database(), 'CREATE')))"
)


def make_index(tx: Connection) -> str | None:
    """Make PostgreSQL's index. Searches are answered without it too, only slower: where this role may not make it, the
    sentence that says so is returned."""
    tx.execute(sa.text(f"ALTER TABLE order_texts ALTER text SET STATISTICS {STATISTICS}"))
    if not tx.execute(_MAY_INDEX).scalar_one():
        return t("cli.setup_no_trigrams")
    tx.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    tx.execute(sa.text("CREATE INDEX ix_order_texts_text ON order_texts USING gin (text gin_trgm_ops)"))
    return None


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
        make_index(tx)
        tx.execute(sa.text("ANALYZE order_texts"))  # at once: until then nobody knows which words are rare
    else:
        tx.execute(sa.text("INSERT INTO order_trigrams (order_trigrams) VALUES ('rebuild')"))
        last = "SELECT coalesce(max(order_id), 0) FROM order_texts"
        tx.execute(sa.text(f"UPDATE order_trigrams_upto SET order_id = ({last})"))  # noqa: S608
