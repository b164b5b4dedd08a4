"""WHERE: the shop's name, currency and time zone. The environment gives the first values, then the database."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.shop import live, service, views

    live.register()
    app.before_request(service.know)
    app.register_blueprint(views.bp)
