"""`flask admin`: admins by hand."""

import click
from flask.cli import AppGroup

from printalma.accounts import queries, service
from printalma.accounts.commands import AddAdmin, NewPassword
from printalma.accounts.policy import DASHBOARD, Role, roles_that_may
from printalma.db import reading
from printalma.lib.errors import Refused
from printalma.lib.i18n import t
from printalma.team import service as team

admin = AppGroup("admin", help=t("cli.admin"))
_password = click.option("--password", prompt=t("cli.ask_password"), hide_input=True, confirmation_prompt=True)


class Refusal(click.ClickException):
    """A refusal of the service as the command line shows it."""

    def __init__(self, refused: Refused) -> None:
        super().__init__("; ".join([f"{e.field}: {e.message}" for e in refused.errors]) or refused.message)


@admin.command(help=t("cli.admin_create"))
@click.argument("email")
@_password
@click.option("--first-name", default="Admin", show_default=True)
@click.option("--last-name", default="PrintAlma", show_default=True)
@click.option("--role", type=click.Choice(roles_that_may(DASHBOARD)), default=Role.ADMIN.value)
def create(email: str, password: str, first_name: str, last_name: str, role: str) -> None:
    try:
        fields = {"email": email, "password": password, "firstName": first_name, "lastName": last_name}
        service.add_admin(AddAdmin.parse(fields | {"role": Role(role)}), None)
    except Refused as refused:
        raise Refusal(refused) from None
    click.echo(t("cli.admin_done"))


@admin.command(help=t("cli.admin_disable"))
@click.argument("email")
def disable(email: str) -> None:
    service.set_active(_user_id(email), False, None)
    click.echo(t("cli.admin_done"))


@admin.command(help=t("cli.admin_enable"))
@click.argument("email")
def enable(email: str) -> None:
    service.set_active(_user_id(email), True, None)
    click.echo(t("cli.admin_done"))


@admin.command("password", help=t("cli.admin_password"))
@click.argument("email")
@_password
def set_password(email: str, password: str) -> None:
    try:
        wanted = NewPassword.parse({"password": password})
        service.reset_password(service.require_user(email), wanted.password, None)
    except Refused as refused:
        raise Refusal(refused) from None
    click.echo(t("cli.admin_done"))


@admin.command("role", help=t("cli.admin_role"))
@click.argument("email")
@click.argument("role", type=click.Choice(list(Role)))
def change_role(email: str, role: str) -> None:
    try:
        team.change_role(_user_id(email), Role(role), None)
    except Refused as refused:
        raise Refusal(refused) from None
    click.echo(t("cli.admin_done"))


@admin.command("list", help=t("cli.admin_list"))
def list_admins() -> None:
    with reading() as connection:
        for user in queries.admins(connection):
            state = t("cli.active" if user.active else "cli.inactive")
            click.echo(f"{user.email}\t{user.first_name} {user.last_name}\t{user.role}\t{state}")


def _user_id(email: str) -> int:
    try:
        user_id: int = service.require_user(email).id
    except Refused as refused:
        raise Refusal(refused) from None
    return user_id
