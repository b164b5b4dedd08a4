"""`flask daily`: now what a server does once a day by itself."""

import click
from flask.cli import with_appcontext

from printalma import daily as rounds
from printalma.lib.i18n import t
from printalma.lib.progress import counting


@click.command(help=t("cli.daily"))
@with_appcontext
def daily() -> None:
    with counting("cli.rows_done") as done:
        rounds.run(done)
