"""WHAT IS TO BE PRINTED: pictures that came within orders, kept once each and shown to the team."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma import daily
    from printalma.config import settings
    from printalma.pictures import api, intake, room, service, signed

    with app.app_context():
        app.extensions[intake.ROOM] = room.Room(settings().limits.order_bodies_megabytes * intake.MEGABYTE)
    daily.register("pieces of pictures without an order", service.sweep, rows=1)
    app.register_blueprint(api.bp)
    app.register_blueprint(signed.bp)
