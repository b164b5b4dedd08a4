"""WHO: users, their sign-ins, and what each may call."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.accounts import api, guard, live, web

    guard.init_app(app)
    live.register()
    app.register_blueprint(api.bp)
    app.register_blueprint(web.bp)
