"""The list as a file that spreadsheets read, of orders or of their articles."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.export import views

    app.register_blueprint(views.bp)
