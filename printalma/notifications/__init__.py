"""WHAT I MISSED: a read mark over the log, which is the only store of notifications."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.notifications import api, live, views

    live.register()
    app.register_blueprint(api.bp)
    app.register_blueprint(views.bp)
    app.jinja_env.globals["bell"] = views.shown
