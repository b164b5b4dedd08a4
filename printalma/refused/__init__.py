"""Orders that were refused: kept for a week with the reason, so that the shop can call who wanted to buy.

A customer whose order is refused mostly sees nothing of it, and the shop heard nothing.
"""

from flask import Flask

from printalma.refused.queries import line
from printalma.refused.watch import watched

__all__ = ["line", "watched"]


def init_app(app: Flask) -> None:
    from printalma import daily
    from printalma.refused import live, service, views, watch

    live.register()
    daily.register("old refused orders", service.forget_old)
    daily.register("old counts of refusals", service.forget_old_days)
    app.after_request(watch.keep)
    app.register_blueprint(views.bp)
