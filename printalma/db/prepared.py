"""Statements of the hot way: written by SQLAlchemy once for each database, and from then on given to its driver as they
are. SQLAlchemy makes each execution anew, with a context, a cache's key and what is known of the result: a hundred and
fifty calls, of which an order has twenty.

Rows, the kinds of values, faults and transactions are SQLAlchemy's, as of any other statement.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.result import SimpleResultMetaData

from printalma.db import Connection, Row, is_postgres, postgres, sqlite

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]
Statement = sa.Select[Any] | sa.UpdateBase
NOTHING: Values = {}
_FORMS = "printalma.prepared"  # where a dialect keeps what was written for it
MAX_ROOM = 32_000  # values of a list: SQLite takes 32,766 of a statement


class Prepared:
    """A statement with what it is given named as its parameters are, or as the columns of what it inserts, unless it
    inserts what it selects.

    `lists` are the parameters that are sequences (`expanding`); they hold one value at least. `unread`: nothing is read
    of it, not even how many rows it changed.
    """

    def __init__(self, statement: Statement, lists: Sequence[str] = (), unread: bool = False) -> None:
        self._statement, self._lists, self._unread = statement, lists, unread

    def all(self, connection: Connection, values: Values = NOTHING) -> list[Row]:
        """What it finds."""
        form = self._form(connection, values)
        cursor = _taken(connection, form.sql, form.bound(values), self._unread)
        return form.rows(_found(connection, cursor, form.sql), cursor)

    def asked(self, connection: Connection, values: Values = NOTHING) -> Callable[[], list[Row]]:
        """The same, once it is called: in a pipeline of PostgreSQL nothing is waited for before. Behind the commit what
        was asked ahead of it is there. Of one connection, what is asked first is read first."""
        form = self._form(connection, values)
        cursor = _taken(connection, form.sql, form.bound(values), True)
        if is_postgres(connection):
            return lambda: form.rows(_found(connection, cursor, form.sql), cursor)
        found = form.rows(_found(connection, cursor, form.sql), cursor)  # who changes what it reads comes later
        return lambda: found

    def first(self, connection: Connection, values: Values = NOTHING) -> Row | None:
        """The first of it, if anything is found."""
        return next(iter(self.all(connection, values)), None)

    def one(self, connection: Connection, values: Values = NOTHING) -> Any:
        """The one row that there is."""
        [found] = self.all(connection, values)
        return found

    def write(self, tx: Connection, rows: Iterable[Values]) -> None:
        """Have it change the database once with each of `rows`, of which there is one at least."""
        given = [*rows]
        form = self._form(tx, given[0])
        bound = [*map(form.bound, given)]
        _taken(tx, form.sql, bound[0] if len(bound) == 1 else bound, self._unread)

    def _form(self, connection: Connection, values: Values) -> "_Form":
        """As the database takes it, with room for as many values as the lists have."""
        dialect = connection.dialect
        forms = dialect.__dict__.setdefault(_FORMS, {})
        key = (self, *(_room(len(values[name])) for name in self._lists)) if self._lists else self
        if key not in forms:
            forms[key] = _Form(
                self._statement, dialect, {**values, **{name: _full(values[name]) for name in self._lists}}
            )
        found: _Form = forms[key]
        return found


def _room(n: int) -> int:
    """How many values a list of `n` is written with: powers of two, so that there are few forms of a statement."""
    return max(n, min(MAX_ROOM, 1 << (n - 1).bit_length()))


def _full(values: Sequence[Any]) -> list[Any]:
    """With the last one again and again, until there is no room left."""
    return [*values, *[values[-1]] * (_room(len(values)) - len(values))]


class _Form:
    """A statement as one database takes it, with lists of one length."""

    def __init__(self, statement: Statement, dialect: sa.Dialect, example: Values) -> None:
        columns = [*example] if isinstance(statement, sa.Insert) and statement.select is None else None
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        assert not getattr(compiled, "insert_prefetch", ()), "a column has a default that nobody says here"
        state = compiled.construct_expanded_state(dict(example))
        self.sql: str = state.statement
        expanded: Mapping[str, list[str]] = state.parameter_expansion
        self._lists = {name: names for name, names in expanded.items() if name in example}
        self._names: list[str] = state.positiontup if compiled.positional else [*state.parameters]
        self._is_positional: bool = compiled.positional
        processors = {**compiled._bind_processors, **state.processors}
        given = {name for each in example for name in self._lists.get(each, [each])}
        self._fixed = {name: value for name, value in state.parameters.items() if name not in given}
        self._converts = [(name, convert) for name in self._names if (convert := processors.get(name))]
        self._result = [(column.keyname, column.type) for column in compiled._result_columns]
        self._dialect = dialect
        self._made: tuple[Any, Any, Any] | None = None

    def bound(self, values: Values) -> Any:
        """Values as the driver takes them."""
        found = {**self._fixed, **values}
        for name, names in self._lists.items():
            found.update(zip(names, _full(found.pop(name)), strict=True))
        for name, convert in self._converts:
            found[name] = convert(found[name])
        return tuple([found[name] for name in self._names]) if self._is_positional else found

    def rows(self, raw: Sequence[Any], cursor: Any) -> list[Row]:
        """What the driver has found, as SQLAlchemy would give it. What its cursor says of columns psycopg makes anew
        each time: it is asked once."""
        if not raw:
            return []
        meta, converts, places = self._made or self._make(cursor.description)
        return [sa.Row(meta, converts, places, row) for row in raw]

    def _make(self, description: Any) -> tuple[Any, Any, Any]:
        told = zip(self._result, description, strict=True)
        converts = [kind._cached_result_processor(self._dialect, column[1]) for (_, kind), column in told]
        meta = SimpleResultMetaData([name for name, _ in self._result])
        self._made = meta, converts if any(converts) else None, meta._key_to_index
        return self._made


def _taken(connection: Connection, sql: str, parameters: Any, unread: bool) -> Any:
    """The driver's cursor. The transaction begins with the first statement."""
    if not connection.in_transaction():
        connection.begin()
    try:
        take = postgres.take if is_postgres(connection) else sqlite.take
        return take(connection.connection, sql, parameters, unread)
    except BaseException as error:  # noqa: BLE001 -- SQLAlchemy raises it, as one of its own
        connection._handle_dbapi_exception(error, sql, parameters, None, None)


def _found(connection: Connection, cursor: Any, sql: str) -> Sequence[Any]:
    """What the driver has found."""
    try:
        if is_postgres(connection):
            postgres.sync(cursor)
        found: Sequence[Any] = cursor.fetchall()
    except BaseException as error:  # noqa: BLE001 -- SQLAlchemy raises it, as one of its own
        connection._handle_dbapi_exception(error, sql, (), cursor, None)
    return found
