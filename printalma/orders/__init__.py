"""THE PRODUCT: orders, from the cart to the door."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.orders import api, daily, export, list_page, live, notes_views, printing, views

    live.register()
    daily.register()
    app.register_blueprint(api.bp)
    app.register_blueprint(views.bp)
    app.register_blueprint(list_page.bp)
    app.register_blueprint(notes_views.bp)
    app.register_blueprint(printing.bp)
    app.register_blueprint(export.bp)
