"""HOW IT GOES: the counters that orders keep, on a page and as JSON."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.statistics import api, live, views

    live.register()
    app.register_blueprint(api.bp)
    app.register_blueprint(views.bp)
