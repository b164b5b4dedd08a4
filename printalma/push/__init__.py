"""TELL THE PHONES: every device an admin, or a customer, has enabled hears of an order with no page open (Web Push)."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.events import outbox
    from printalma.events.outbox.channel import Outcome
    from printalma.lib.metrics import PUSHES
    from printalma.push import api, daily, views
    from printalma.push.channel import PUSH

    # Prometheus sees no increase in a series that begins with one.
    for outcome in Outcome:
        PUSHES.labels(outcome)
    outbox.register(app, PUSH)
    daily.register()
    app.register_blueprint(api.bp)
    app.register_blueprint(views.bp)
    app.jinja_env.globals["push_key"] = views.server_key
