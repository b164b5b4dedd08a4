"""By what orders are found: their texts; and which words they are known by, each once, with their letters by threes: a
misspelt word shares most of them."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import BigId, Model


class OrderText(Model):
    """What an order is found by (`searchable`): it follows its order at once, and the rules by and by (tidying)."""

    __tablename__ = "order_texts"
    order_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(sa.Text)


class KnownWord(Model):
    """A word of the names and places of orders as it is compared ("ndeye"), and as people write it ("Ndèye")."""

    __tablename__ = "known_words"
    word: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    written: Mapped[str] = mapped_column(sa.String(60))


class WordLetters(Model):
    """Three letters of a known word. Nobody asks for a word's letters, so they lead: the table is its own index."""

    __tablename__ = "word_letters"
    __table_args__ = ({"sqlite_with_rowid": False},)
    letters: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    word: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
