"""ON PAPER: slips for parcels, sheets for the workshop, a list of what is fetched from the shelves, and what has been
printed of them."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.orders import printed
    from printalma.orders.models import MENDABLE
    from printalma.papers import asked, live, views
    from printalma.placing import numbering

    live.register()
    app.jinja_env.tests["mendable"] = MENDABLE.__contains__
    app.jinja_env.filters.update(printed=printed.named, short=numbering.short)
    app.jinja_env.globals["paper_sizes"] = asked.SIZES
    app.register_blueprint(views.bp)
