"""TELL THE SCREENS. They may lose what is sent, and ask again."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.live import api, dashboard, stream
    from printalma.live.process import LiveProcess
    from printalma.live.socketio import SocketIODoor

    app.wsgi_app = SocketIODoor(app, LiveProcess(app))  # type: ignore[method-assign]
    for blueprint in (dashboard.bp, stream.bp, api.bp):
        app.register_blueprint(blueprint)
