"""Who of the team takes care of an order, and who has its page open."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.holding import views
    from printalma.holding.process import HoldingProcess

    HoldingProcess(app)
    app.register_blueprint(views.bp)
