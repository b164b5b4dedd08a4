"""HOW IT GOES, on a page: the counters of `stats` in tiles, charts and tables."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.numbers import live, views

    live.register()
    app.register_blueprint(views.bp)
