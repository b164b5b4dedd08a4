"""IS IT WELL: health, logs."""

from flask import Flask

from printalma.config import Settings


def init_logs(settings: Settings) -> None:
    from printalma.ops import logs

    logs.init(settings)


def init_app(app: Flask) -> None:
    from printalma.ops import metrics, views
    from printalma.ops.readiness import Readiness

    app.extensions[views.READINESS] = Readiness()
    metrics.init_app(app)
    app.register_blueprint(views.bp)
