"""Which pictures an order names: whoever knows orders says it, and registers here (pictures know no order)."""

from collections.abc import Callable, Iterable

from printalma.db import Connection

MAX_NAMED = 200  # pictures of an order that are fetched: nobody is to make us anybody's flood
MAX_NOTED = 2 * MAX_NAMED  # those too that are too many: the order says so of them

Named = Callable[[Connection, int], Iterable[str]]
_named: list[Named] = []


def register(named: Named) -> None:
    """`named` says which addresses an order names, that which shows best what it is first."""
    _named[:] = [named]


def named(connection: Connection, order_id: int) -> list[str]:
    """The addresses of an order, each once, the best first, MAX_NOTED at most."""
    found = dict[str, None]()
    for ask in _named:
        for address in ask(connection, order_id):
            found[address] = None
            if len(found) >= MAX_NOTED:
                break
    return list(found)
