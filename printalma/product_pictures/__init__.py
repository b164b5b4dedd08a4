"""WHAT IS SOLD, AS IT LOOKS: a picture of each product, for the team."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.product_pictures import views

    app.register_blueprint(views.bp)
