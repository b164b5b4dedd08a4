"""Which pictures an order names: whoever knows orders says it, and registers here (pictures know no order)."""

from collections.abc import Callable, Collection, Iterable

from printalma.db import Connection

MAX_NAMED = 200  # pictures of an order that are fetched: nobody is to make us anybody's flood
MAX_NOTED = 2 * MAX_NAMED  # those too that are too many: the order says so of them

Named = Callable[[Connection, int], Iterable[str]]
May = Callable[[Connection, Collection[int]], set[int]]
_named: list[Named] = []
_may: list[May] = []


def register(named: Named, may: May) -> None:
    """`named` says which addresses an order names, that which shows best what it is first; `may` which of several
    orders could name any, as most do not."""
    _named[:], _may[:] = [named], [may]


def may_name(connection: Connection, order_ids: Collection[int]) -> set[int]:
    """Those of these orders that are worth to be asked."""
    return {each for ask in _may for each in ask(connection, order_ids)} if order_ids else set()


def named(connection: Connection, order_id: int) -> list[str]:
    """The addresses of an order, each once, the best first, MAX_NOTED at most."""
    found = dict[str, None]()
    for ask in _named:
        for address in ask(connection, order_id):
            found[address] = None
            if len(found) >= MAX_NOTED:
                break
    return list(found)
