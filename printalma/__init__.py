"""PrintAlma: takes orders from shops' front ends and shows them, the moment they are saved, to every admin."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> "Flask":
    """The application. Raises ConfigError for a setting that cannot work."""
    # Imported here and not above: gunicorn reads its configuration, and with it this package, before gevent's patch,
    # and in a master that serves nobody.
    from flask import Flask

    from printalma import (
        accounts,
        artwork,
        atelier,
        backup,
        bulk,
        catalog,
        cli,
        config,
        daily,
        dashboard,
        db,
        delivery,
        entry,
        export,
        files,
        holding,
        letterhead,
        live,
        mail,
        notifications,
        openapi,
        ops,
        orders,
        orders_api,
        papers,
        payments,
        pictures,
        placing,
        print_checks,
        print_files,
        product_pictures,
        push,
        pwa,
        refused,
        saved_views,
        shop,
        statistics,
        team,
        tidying,
        web,
    )
    from printalma.web import headers, proxies
    from printalma.web.turns import Turns

    settings = config.load()
    app = Flask(
        __name__,
        static_folder=str(config.ROOT / "static"),
        template_folder=str(config.ROOT / "templates"),
        instance_path=str(config.INSTANCE),
    )
    app.extensions[config.SETTINGS] = settings
    ops.init_logs(settings)
    files.make_private(settings)
    db.init_app(app, settings)
    daily.DailyProcess(app)
    web.init_app(app, settings)
    shop.init_app(app)
    accounts.init_app(app)
    team.init_app(app)
    catalog.init_app(app)
    delivery.init_app(app)
    artwork.init_app(app)
    pictures.init_app(app)
    letterhead.init_app(app)
    product_pictures.init_app(app)
    orders.init_app(app)
    placing.init_app(app)
    print_checks.init_app(app)
    refused.init_app(app)
    orders_api.init_app(app)
    dashboard.init_app(app)
    holding.init_app(app)
    entry.init_app(app)
    export.init_app(app)
    print_files.init_app(app)
    papers.init_app(app)
    saved_views.init_app(app)
    bulk.init_app(app)
    notifications.init_app(app)
    statistics.init_app(app)
    payments.init_app(app)
    atelier.init_app(app)
    pwa.init_app(app)
    live.init_app(app)
    push.init_app(app)
    mail.init_app(app)
    tidying.init_app(app)
    backup.init_app(app)
    ops.init_app(app)
    openapi.init_app(app)
    cli.init_app(app)
    app.wsgi_app = Turns(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = proxies.Believe(app.wsgi_app, settings)  # type: ignore[method-assign]
    app.wsgi_app = headers.Always(app.wsgi_app)  # type: ignore[method-assign]
    return app
