"""THE PRODUCT: orders, from the cart to the door."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.orders import api, daily, export, list_web, live, notes_web, paper, statistics_api, web

    live.register()
    daily.register()
    app.register_blueprint(api.bp)
    app.register_blueprint(statistics_api.bp)
    app.register_blueprint(web.bp)
    app.register_blueprint(list_web.bp)
    app.register_blueprint(notes_web.bp)
    app.register_blueprint(paper.bp)
    app.register_blueprint(export.bp)
