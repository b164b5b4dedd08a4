"""Form keys: a form that is sent twice acts once, as an order that is (docs/contract.md, "Idempotency").

A view that is marked `keyed` (accounts.forms) says which form is under way; the service that acts for it is marked
`once`, so that the key is claimed in the very transaction of the act. The view goes on as it did the first time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from printalma.accounts.models import FormKey
from printalma.db import Connection, reading, table, upsert
from printalma.lib.clock import now

KEYS_LAST = timedelta(hours=24)

P = ParamSpec("P")
T = TypeVar("T")
_keys = table(FormKey)
_under_way: ContextVar[tuple[str, str] | None] = ContextVar("form under way", default=None)
_CLAIM = upsert(_keys).on_conflict_do_nothing()


@contextmanager
def under_way(form: str, secret: str) -> Iterator[None]:
    """Within the block, `form` is what acts; `secret` is as good as drawn by lot, and not kept."""
    token = _under_way.set((form, secret))
    try:
        yield
    finally:
        _under_way.reset(token)


def current() -> str | None:
    """The form under way, whoever sent it and whatever it says; None for a request without one."""
    found = _under_way.get()
    return found and found[0]


def secret(letters: int) -> str | None:
    """Up to 64 hexadecimal letters, the same again when the form under way is sent again; None without one.

    They do not follow from what is kept: a copy of the database, even with the keys beside it, tells none of them.
    """
    found = _under_way.get()
    return found and found[1][:letters]


def once(
    work: Callable[Concatenate[Connection, P], T],
    kept: Callable[[T], Any] = lambda result: result,
    recalled: Callable[[Connection, Any], T | None] = lambda _tx, result: result,
) -> Callable[Concatenate[Connection, P], T]:
    """`work`, done once for the form under way; a repetition gets what it returned. Without a form it is just `work`.

    `kept` makes JSON of what it returned and `recalled` takes it back. Who sends the form again at the same moment
    waits for the first. Where that was refused, the key is free again: a corrected form may be sent.
    """

    @wraps(work)
    def done_once(tx: Connection, /, *args: P.args, **kwargs: P.kwargs) -> T:
        if (form := current()) is None:
            return work(tx, *args, **kwargs)
        if not _claim(tx, form):
            before = _result(tx, form)
            again = None if before is None else recalled(tx, before)
            if before is None or again is not None:
                return again  # type: ignore[return-value]
        result = work(tx, *args, **kwargs)
        _keep(tx, form, None if result is None else kept(result))
        return result

    return done_once


def is_done() -> bool:
    """Whether the form under way has acted: what is refused now, it has made impossible itself."""
    form = current()
    return form is not None and has_acted(form)


def has_acted(form: str) -> bool:
    with reading() as connection:
        return connection.execute(sa.select(_keys.c.id).where(_keys.c.id == form)).first() is not None


def _claim(tx: Connection, form: str) -> bool:
    """Take the key for this act; False when the form has acted."""
    moment = now()
    tx.execute(sa.delete(_keys).where(_keys.c.created_at < moment - KEYS_LAST))
    return tx.execute(_CLAIM, {"id": form, "created_at": moment}).rowcount == 1


def _result(tx: Connection, form: str) -> Any:
    return tx.execute(sa.select(_keys.c.result).where(_keys.c.id == form)).scalar_one()


def _keep(tx: Connection, form: str, result: Any) -> None:
    if result is not None:
        tx.execute(sa.update(_keys).where(_keys.c.id == form).values(result=result))
