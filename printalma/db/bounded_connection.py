"""psycopg's connection, as it waits under gevent. Imported by shops on PostgreSQL alone."""

import select
from contextlib import suppress
from typing import Any

import psycopg
from gevent.monkey import get_original
from gevent.socket import wait_read, wait_readwrite, wait_write
from psycopg import errors
from psycopg.pq import TransactionStatus
from psycopg.waiting import Ready, Wait

_poll = get_original("select", "poll")  # which does not let others run
_EVENTS = {Wait.R: select.POLLIN, Wait.W: select.POLLOUT, Wait.RW: select.POLLIN | select.POLLOUT}
_WAITS = {Wait.R: wait_read, Wait.W: wait_write, Wait.RW: wait_readwrite}


class BoundedConnection(psycopg.Connection[Any]):
    """Closes itself when the server says nothing for `answer_seconds`; None waits for ever."""

    answer_seconds: float | None = None
    only_reads = False  # each statement is a transaction of its own
    each_transaction: str | None = None  # what it begins with, where a pooler keeps no session for us

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ARG002 -- psycopg's
        """What psycopg's generator comes to. Others run only while there is something to wait for: psycopg's own way
        has gevent look at all sockets before each word that is sent, fifty times an order."""
        try:
            wanted = next(gen)
            while True:
                wanted = gen.send(self._ready(wanted) or self._awaited(wanted, timeout))
        except StopIteration as ended:
            return ended.value

    def begin_pipeline(self) -> None:
        """What is sent from here on is not waited for."""
        self._pipeline = psycopg.Pipeline(self)
        self._pipeline.__enter__()

    def _start_query(self) -> Any:
        """BEGIN goes out with what follows: psycopg would wait for the server's word on it first."""
        if not (self._autocommit or self.only_reads) and self.pgconn.transaction_status == TransactionStatus.IDLE:
            yield from self._exec_command(self._get_tx_start_command())

    def end_pipeline(self) -> None:
        """It ends, if there is one, behind a commit or a rollback, which have waited for everything: psycopg by itself
        would ask the server once more."""
        pipeline, self._pipeline = self._pipeline, None
        if pipeline is None:
            return
        if pipeline.result_queue or pipeline.command_queue:
            pipeline.__exit__(None, None, None)
        else:
            pipeline._exit(None)

    def rollback(self) -> None:
        """A pipeline that failed has more to say of it than its first fault: psycopg would raise that in place of
        rolling back, and the pool would have a connection in a transaction that has failed. Who only read has none."""
        pipeline = self._pipeline
        if pipeline is None and self.pgconn.transaction_status == TransactionStatus.IDLE:
            return
        while pipeline and pipeline.result_queue and not self.closed:
            with suppress(psycopg.Error):
                pipeline.sync()
        super().rollback()

    def _awaited(self, wanted: Wait, timeout: float | None) -> Ready:
        """What the line is ready for, as soon as it is. Who names a `timeout` knows what silence means."""
        seconds = self.answer_seconds if timeout is None else timeout
        try:
            _WAITS[wanted](self.pgconn.socket, seconds, errors._WaitTimeout())
        except errors._WaitTimeout:
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError(f"no answer within {self.answer_seconds} s") from None
        return self._ready(wanted)

    def _ready(self, wanted: Wait) -> Ready:
        line = _poll()
        line.register(self.pgconn.socket, _EVENTS[wanted])
        found = line.poll(0)
        if not found:
            return Ready.NONE
        [(_, events)] = found
        # What is neither is the line's end: whoever reads is told of it.
        return Ready(bool(events & ~select.POLLOUT) * Ready.R | bool(events & select.POLLOUT) * Ready.W)
