"""`flask repair`: now, and through all rows, what a server repairs by itself behind older releases."""

from collections import Counter

import click
from flask.cli import with_appcontext

from printalma.lib.i18n import t
from printalma.lib.progress import counting
from printalma.shop.service import know
from printalma.tidying import service
from printalma.tidying.tasks import all_tasks


@click.command(help=t("cli.repair"))
@with_appcontext
def repair() -> None:
    know()
    wrong: Counter[str] = Counter()
    with counting("cli.repairing") as looked_at:
        for task in all_tasks(all_releases=True):
            wrong[task.kind] += service.repair(task, looked_at)
    for kind, n in wrong.items():
        click.echo(t(f"cli.repaired.{kind}", n=n))
