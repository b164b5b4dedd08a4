"""TELL THE SCREENS. They may lose what is sent, and ask again."""

import sys

from flask import Flask

FOR_CLIENTS = ("aiohttp", "requests", "websocket")


def init_app(app: Flask) -> None:
    _load_socketio()
    from printalma.live import api, dashboard, stream
    from printalma.live.handshake import Handshakes
    from printalma.live.process import LiveProcess
    from printalma.live.socketio import SocketIODoor

    app.wsgi_app = Handshakes(SocketIODoor(app, LiveProcess(app)))  # type: ignore[method-assign]
    for blueprint in (dashboard.bp, stream.bp, api.bp):
        app.register_blueprint(blueprint)


def _load_socketio() -> None:
    """Load python-socketio without the HTTP libraries of its clients, whose absence it is used to.

    They are there for push notifications, and would cost every start a quarter of a second.
    """
    absent = [name for name in FOR_CLIENTS if name not in sys.modules]
    sys.modules |= dict.fromkeys(absent)  # type: ignore[arg-type]
    try:
        import socketio  # noqa: F401
    finally:
        for name in absent:
            del sys.modules[name]
