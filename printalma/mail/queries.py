"""What became of mail."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from printalma.accounts.password_links import LINK_LASTS
from printalma.db import Connection, Row, table
from printalma.lib.clock import now
from printalma.mail.models import Reader

_readers = table(Reader)


def troubles(connection: Connection) -> Sequence[Row]:
    """Who asked lately and was sent nothing, with what came of the last attempt."""
    chosen: sa.Select[Any] = sa.select(_readers.c.user_id, _readers.c.trouble)
    lately = _readers.c.asked_at > now() - LINK_LASTS
    return connection.execute(chosen.where(_readers.c.trouble.is_not(None), lately)).all()
