"""`flask push`: the keys by which push services know this shop."""

import click
from flask.cli import AppGroup, with_appcontext

from printalma.config import settings
from printalma.db import reading
from printalma.lib.i18n import t
from printalma.push import keys, queries

push = AppGroup("push", help=t("cli.push"))


@push.command("keys", help=t("cli.push_keys"))
@click.option("--renew", is_flag=True, help=t("cli.push_renew"))
@with_appcontext
def show_keys(renew: bool) -> None:
    if renew and settings().push.private_keys:
        raise click.ClickException(t("cli.push_not_ours"))
    if renew:
        click.echo(keys.renew())
        click.echo(t("cli.push_renewed"), err=True)
        return
    with reading() as connection:
        click.echo(queries.public_key(connection))
