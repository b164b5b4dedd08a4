"""psycopg's connection with a bound on each wait for the server's answer. Imported by shops on PostgreSQL alone."""

from contextlib import ExitStack
from typing import Any

import psycopg
from psycopg import errors


class BoundedConnection(psycopg.Connection[Any]):
    """Closes itself when the server says nothing for `answer_seconds`; None waits for ever."""

    answer_seconds: float | None = None
    each_transaction: str | None = None  # what it begins with, where a pooler keeps no session for us
    pipeline_ends: ExitStack | None = None  # of the transaction that is sent as one (postgres.pipelined)

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None:  # who names one knows what silence means
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.answer_seconds)
        except errors._WaitTimeout:
            self.pgconn.finish()
            raise psycopg.OperationalError(f"no answer within {self.answer_seconds} s") from None
