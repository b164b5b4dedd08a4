"""The command line: flask setup, flask admin, flask push, flask mail, flask daily, flask repair,
flask statistics, flask archive, flask backup, flask restore, flask restored, flask db."""

import os
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask

from printalma.db import UNREACHABLE, complaint


def init_app(app: Flask) -> None:
    from printalma.cli.admin import admin
    from printalma.cli.archive import archive
    from printalma.cli.backup import backup, restore, restored
    from printalma.cli.daily import daily
    from printalma.cli.mail import mail
    from printalma.cli.push import push
    from printalma.cli.repair import repair
    from printalma.cli.setup import setup
    from printalma.cli.statistics import statistics

    for command in (setup, admin, push, mail, daily, repair, statistics, archive, backup, restore, restored):
        app.cli.add_command(told_plainly(command))
    if os.environ.get("FLASK_RUN_FROM_CLI"):  # Flask's own word for it
        _know_migrations(app)


def told_plainly(command: click.Command) -> click.Command:
    """What the database refuses is one sentence, not a traceback of a hundred lines."""
    invoke = command.invoke

    def invoke_plainly(context: click.Context) -> Any:
        try:
            return invoke(context)
        except (*UNREACHABLE, sa.exc.DBAPIError) as error:
            raise click.ClickException(complaint(error)) from None

    command.invoke = invoke_plainly  # type: ignore[method-assign,assignment]
    return command


def _know_migrations(app: Flask) -> None:
    """For `flask db` and `flask setup`. A server that starts need not spend a fifth of a second on alembic."""
    from flask_migrate import Migrate

    from printalma.config import ROOT
    from printalma.db import db

    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
