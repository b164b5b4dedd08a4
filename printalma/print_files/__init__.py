"""What orders are printed from: the original pictures, each or all in one ZIP, and each view as an SVG file."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.print_files import views

    app.register_blueprint(views.bp)
