"""THE PROVIDERS' DOORS: what PayTech, PayDunya and Orange Money report of payments, believed when they say it again."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma import daily
    from printalma.payments.doors import service, views

    daily.register("old messages of payment providers", service.forget_old)
    app.register_blueprint(views.bp)
