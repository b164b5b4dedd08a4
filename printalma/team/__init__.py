"""WHO WORKS IN THE SHOP: invitations, roles, and who is let in."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.team import twins, views

    app.jinja_env.globals["any_twins"] = twins.is_any
    app.register_blueprint(views.bp)
