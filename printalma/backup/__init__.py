"""BACKUP AND RESTORE: all the shop is, in one SQLite file that either database is put back from."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.backup import views

    app.register_blueprint(views.bp)
    views.forget_unfinished()
