"""THE MONEY: what the team notes of it, what carriers have still to bring, and what payment providers report."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.payments import doors, live, views

    live.register()
    app.register_blueprint(views.bp)
    doors.init_app(app)
