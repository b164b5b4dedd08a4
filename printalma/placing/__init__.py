"""PLACING: how a cart becomes an order, from what a front end sends to the rows and their event."""

from flask import Flask


def init_app(_app: Flask) -> None:
    from printalma import daily
    from printalma.placing import idempotency

    daily.register("old idempotency keys", idempotency.forget_old)
