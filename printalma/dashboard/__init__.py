"""THE DESK: the list, the page of an order, and what the team does from them."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.dashboard import detail_views, list_views, live, mending_views

    live.register()
    _add_filters(app)
    for feature in (list_views, detail_views, mending_views):
        app.register_blueprint(feature.bp)


def _add_filters(app: Flask) -> None:
    from printalma.dashboard import waiting
    from printalma.orders import marks, payments
    from printalma.orders.holders import OPEN
    from printalma.placing import taken
    from printalma.print_checks import prints

    app.jinja_env.filters.update(payment=payments.label, chip=payments.chip, rest=payments.rest)
    app.jinja_env.filters.update(marks=marks.read, hold=marks.hold, channel=taken.label)
    app.jinja_env.filters.update(print_sizes=prints.sizes, is_open=OPEN.__contains__)
    app.jinja_env.globals.update(waits=waiting.limits)
