"""TELL THE SCREENS. They may lose what is sent, and ask again."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.live import api, dashboard, stream
    from printalma.live.process import LiveProcess

    LiveProcess(app)
    for blueprint in (dashboard.bp, stream.bp, api.bp):
        app.register_blueprint(blueprint)
