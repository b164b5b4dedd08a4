"""WHO SENDS IT: what papers say of the shop, with its logo."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.letterhead import queries, views

    app.jinja_env.globals["shop_logo"] = queries.present
    app.register_blueprint(views.bp)
