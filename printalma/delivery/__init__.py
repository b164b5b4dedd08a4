"""WHERE TO: what delivery costs to each place and by each carrier, and how customers may pay."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.delivery import api, live, views

    live.register()
    app.register_blueprint(api.bp)
    app.register_blueprint(views.bp)
