"""An order that somebody of the team types in: taken by telephone or WhatsApp, or one that was refused."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.entry import views

    app.register_blueprint(views.bp)
