"""TELL THE SCREENS. They may lose what is sent, and ask again."""

from flask import Flask


def init_app(app: Flask) -> None:
    from wsproto.utilities import RemoteProtocolError

    from printalma.live import api, dashboard, door, stream
    from printalma.live.process import LiveProcess
    from printalma.live.socketio import SocketIODoor

    app.wsgi_app = SocketIODoor(app, LiveProcess(app))  # type: ignore[method-assign]
    app.register_error_handler(RemoteProtocolError, door.no_handshake)
    for blueprint in (dashboard.bp, stream.bp, api.bp):
        app.register_blueprint(blueprint)
