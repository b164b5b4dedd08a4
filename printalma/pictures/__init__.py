"""WHAT IS TO BE PRINTED: the pictures of orders, whether they came within them or are named by an address, kept once
each and shown to the team."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma import daily
    from printalma.config import settings
    from printalma.pictures import api, intake, room, signed, storage
    from printalma.pictures.process import PictureProcess

    with app.app_context():
        app.extensions[intake.ROOM] = room.Room(settings().limits.order_bodies_megabytes * intake.MEGABYTE)
    daily.register("pieces of pictures without an order", storage.sweep, rows=1)
    daily.register("addresses of pictures that no order names", storage.sweep_sources)
    daily.register("hosts of pictures of which no address is left", storage.sweep_hosts)
    PictureProcess(app)
    app.register_blueprint(api.bp)
    app.register_blueprint(signed.bp)
