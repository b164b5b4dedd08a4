"""Which words orders are known by, each once, and their letters by threes: a misspelt word shares most of them."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from printalma.db import Model


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
