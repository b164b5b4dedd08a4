"""SAY IT: the API described, from the routes and from the types that validate and answer; nothing is written twice."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.openapi import views

    app.register_blueprint(views.bp)
