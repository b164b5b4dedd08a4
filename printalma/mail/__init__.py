"""WRITE TO THEM: what somebody must read who cannot sign in. A channel of the outbox."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.config import SETTINGS
    from printalma.events import outbox
    from printalma.events.outbox.channel import Outcome
    from printalma.lib.metrics import MAILS
    from printalma.mail import views
    from printalma.mail.channel import MAIL

    app.register_blueprint(views.bp)
    app.jinja_env.globals["mail_troubles"] = views.troubles
    # Prometheus sees no increase in a series that begins with one.
    for outcome in Outcome:
        MAILS.labels(outcome)
    outbox.register(app, MAIL, is_on=app.extensions[SETTINGS].mail is not None)
