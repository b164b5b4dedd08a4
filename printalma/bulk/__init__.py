"""ALL AT ONCE: every order that a list has, chosen as it is at that moment and moved in pieces."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.bulk import views

    app.register_blueprint(views.bp)
