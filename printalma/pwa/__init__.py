"""ON THE HOME SCREEN: the manifest, the service worker, and the page for when there is no network."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.pwa import views

    app.register_blueprint(views.bp)
