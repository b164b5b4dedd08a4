"""Which pictures an order names: whoever knows orders says it, and registers here (pictures know no order)."""

from collections.abc import Callable, Sequence

from printalma.db import Connection

MAX_NAMED = 200  # pictures of an order that are fetched: nobody is to make us anybody's flood

Named = Callable[[Connection, int], Sequence[str]]
_named: list[Named] = []


def register(named: Named) -> None:
    """`named` says which addresses an order names, that which shows best what it is first."""
    _named[:] = [named]


def named(connection: Connection, order_id: int) -> list[str]:
    """The addresses of an order, each once, the best first."""
    return list(dict.fromkeys(address for ask in _named for address in ask(connection, order_id)))
