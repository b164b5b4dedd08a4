"""ORDERS: what an order is, what happens to it, and how orders are found."""

from flask import Flask


def init_app(_app: Flask) -> None:
    from printalma.events import stored
    from printalma.orders import history, past, queries
    from printalma.pictures import storage

    stored.register(history.facts)
    past.keep()
    storage.needed_by(queries.OPEN)
