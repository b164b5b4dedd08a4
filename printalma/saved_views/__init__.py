"""FOUND AGAIN: filters of the orders list under a name, for one person or the team, each a tab with its number."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.saved_views import live, tabs, views

    live.register()
    app.jinja_env.globals.update(saved_views=tabs.shown, tab_counts=tabs.by_status)
    app.register_blueprint(views.bp)
