"""WHAT IS TO COLLECT: the money that carriers have still to bring, on a page and as a file."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.payments import live, views

    live.register()
    app.register_blueprint(views.bp)
