"""THE PRESS: what is to be made, piece by piece, for the people who make it."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma import daily, mending
    from printalma.atelier import codes, live, service, views

    live.register()
    mending.on_mended(service.forget_mended)
    daily.register("old ticks of pieces", service.forget_ended)
    app.jinja_env.filters["press_code"] = codes.code_of
    app.register_blueprint(views.bp)
