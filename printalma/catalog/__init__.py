"""WHAT IS SOLD: products, their prices and their stock."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.catalog import live, views, words

    live.register()
    app.register_blueprint(views.bp)
    app.jinja_env.filters.update(low_title=words.title, low_detail=words.detail)
    app.jinja_env.globals["running_low"] = views.running_low
