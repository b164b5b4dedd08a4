"""WHAT I MISSED: a read mark over the log, which is the only store of notifications."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.inbox import api

    app.register_blueprint(api.bp)
