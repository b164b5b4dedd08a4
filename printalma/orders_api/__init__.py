"""THE FRONT ENDS' DOOR: orders as JSON (docs/contract.md)."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.orders_api import api, checkout

    app.register_blueprint(api.bp)
    app.register_blueprint(checkout.bp)
