"""What is known of pictures."""

from collections.abc import Iterator

import sqlalchemy as sa

from printalma.db import Connection, Row, reading, table
from printalma.pictures.models import Picture, PicturePiece

PATH = "/pictures/"

_pictures, _pieces = table(Picture), table(PicturePiece)
_PIECE = sa.select(_pieces.c.data).where(_pieces.c.hash == sa.bindparam("hash"), _pieces.c.n == sa.bindparam("n"))
_SIZE = sa.select(sa.func.coalesce(sa.func.sum(_pictures.c.size), 0))


def picture(connection: Connection, name: str) -> Row | None:
    """One that is there to be seen."""
    return connection.execute(sa.select(_pictures).where(_pictures.c.hash == name, _pictures.c.whole)).first()


def size_of_all(connection: Connection) -> int:
    """Bytes of all pictures together."""
    found: int = connection.execute(_SIZE).scalar_one()
    return found


def pieces(name: str) -> Iterator[bytes]:
    """A picture's bytes. Each piece is fetched when it is wanted: whoever reads slowly holds no connection."""
    n = 0
    while True:
        with reading() as connection:
            data = connection.execute(_PIECE, {"hash": name, "n": n}).scalar()
        if data is None:
            return
        yield data
        n += 1
