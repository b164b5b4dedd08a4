"""THE PRODUCT: orders, from the cart to the door."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma import daily
    from printalma.orders import api, export, list_page, live, placing, printing, queries, views
    from printalma.pictures import service as pictures

    live.register()
    pictures.needed_by(queries.OPEN)
    daily.register("old idempotency keys", placing.forget_old_keys)
    for feature in (api, views, list_page, printing, export):
        app.register_blueprint(feature.bp)
