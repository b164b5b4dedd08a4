"""TELL THE SCREENS. They may lose what is sent, and ask again."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.live import routes
    from printalma.live.process import LiveProcess

    LiveProcess(app)
    app.register_blueprint(routes.bp)
