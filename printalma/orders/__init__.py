"""THE PRODUCT: orders, from the cart to the door."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma import daily
    from printalma.orders import idempotency, judging, live, named_pictures, queries, refused
    from printalma.pictures import bounding, naming, settled

    live.register()
    bounding.needed_by(queries.OPEN)
    naming.register(named_pictures.of_order, named_pictures.may_name)
    settled.on_settled(judging.note)
    judging.JudgingProcess(app)
    _add_filters(app)
    daily.register("old idempotency keys", idempotency.forget_old)
    _register_views(app)
    refused.init_app(app)


def _register_views(app: Flask) -> None:
    from printalma.orders import api, checkout_api, list_views, views
    from printalma.orders.mending import views as mending

    for feature in (api, checkout_api, views, mending, list_views):
        app.register_blueprint(feature.bp)


def _add_filters(app: Flask) -> None:
    from printalma.orders import marks, payments, prints, taken, waiting
    from printalma.orders.holders import OPEN

    app.jinja_env.filters.update(payment=payments.label, chip=payments.chip, rest=payments.rest)
    app.jinja_env.filters.update(marks=marks.read, hold=marks.hold, channel=taken.label)
    app.jinja_env.filters.update(print_sizes=prints.sizes, is_open=OPEN.__contains__, waits=waiting.word)
    app.jinja_env.globals.update(waits=waiting.limits)
