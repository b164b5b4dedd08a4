"""TELL THE SCREENS. They may lose what is sent, and ask again."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.live import api, dashboard_socket, json_socket
    from printalma.live.handshake import Handshakes
    from printalma.live.process import LiveProcess
    from printalma.live.socketio.middleware import SocketIOMiddleware

    app.wsgi_app = Handshakes(SocketIOMiddleware(app, LiveProcess(app)))  # type: ignore[method-assign]
    for blueprint in (dashboard_socket.bp, json_socket.bp, api.bp):
        app.register_blueprint(blueprint)
