"""WHO: users, their sign-ins, and what each may call."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.accounts import (
        api,
        cookies,
        daily,
        forms,
        guard,
        live,
        password_views,
        profile_views,
        views,
    )

    guard.init_app(app)
    forms.init_app(app)
    cookies.init_app(app)
    daily.register()
    live.register()
    app.register_blueprint(api.bp)
    for blueprint in (views.bp, profile_views.bp, password_views.bp):
        app.register_blueprint(blueprint)
