"""`flask statistics`: the counters that statistics are read from, counted anew."""

import click
from flask.cli import with_appcontext

from printalma.lib.i18n import t
from printalma.lib.progress import counting
from printalma.statistics import service


@click.group(help=t("cli.statistics"))
def statistics() -> None:
    pass


@statistics.command(help=t("cli.recount"))
@with_appcontext
def recount() -> None:
    wrong = 0
    with counting("cli.recounting") as looked_at:
        for more in service.recount():
            wrong += more
            looked_at(1)
    click.echo(t("cli.recounted", n=wrong))
