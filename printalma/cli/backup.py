"""`flask backup`, `flask restore`, and `flask restored` for who puts the database back by other means."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import sqlalchemy as sa
from babel.dates import format_datetime
from flask.cli import with_appcontext

from printalma.backup import contents, file, restoring, taking
from printalma.backup.file import About
from printalma.backup.older import brought_up
from printalma.cli.admin import Refusal
from printalma.cli.setup import alone, migrate
from printalma.config import settings
from printalma.db import UNREACHABLE, complaint
from printalma.db.upkeep import vacuum
from printalma.lib.clock import now
from printalma.lib.errors import Refused
from printalma.lib.i18n import LANGUAGE, t
from printalma.shop.service import know as know_shop

DATED = "printalma-%Y-%m-%d-%H%M%S.db"
OURS = re.compile(r"printalma-\d{4}-\d\d-\d\d-\d{6}\.db")
_path = click.Path(path_type=Path)


@click.command(help=t("cli.backup"))
@click.argument("target", type=_path)
@click.option("--keep", type=click.IntRange(min=1), help=t("cli.backup_keep"))
@with_appcontext
def backup(target: Path, keep: int | None) -> None:
    if keep and not target.is_dir():
        raise click.ClickException(t("cli.backup_keep_folder"))
    know_shop()
    if target.is_dir():
        _forget_unfinished(target)
    path = target / now().astimezone(settings().shop_tz).strftime(DATED) if target.is_dir() else target
    with _told_plainly(path):
        about = taking.save(path)
        click.echo(t("cli.backup_done", file=path, size=_size(path), **_said(about)))
        dropped = _drop(target, keep) if keep else 0
    if dropped:
        click.echo(t("cli.backup_dropped", n=dropped))


@click.command(help=t("cli.restore"))
@click.argument("path", type=_path)
@click.option("--replace", is_flag=True, help=t("cli.restore_replace"))
@with_appcontext
def restore(path: Path, replace: bool) -> None:
    with _told_plainly(path):
        about = file.checked(path)
        with brought_up(path, about) as present, alone():
            migrate()
            restoring.put_back(present, replace)
    _cleaned_up()  # while one is `alone`, rows may be wanted as they were before
    know_shop()
    click.echo(t("cli.restore_done", file=path, **_said(about)))
    click.echo(t("cli.restored_done"))


@click.command(help=t("cli.restored"))
@with_appcontext
def restored() -> None:
    restoring.is_put_back()
    _cleaned_up()
    click.echo(t("cli.restored_done"))


def _cleaned_up() -> None:
    """Behind what was put back, which is there whatever becomes of this: PostgreSQL comes to it by itself, too."""
    try:
        vacuum(contents.copied())
    except (*UNREACHABLE, sa.exc.DBAPIError) as error:
        click.echo(t("cli.restore_not_vacuumed", why=complaint(error)), err=True)


@contextmanager
def _told_plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise Refusal(refused) from None
    except OSError as error:
        raise click.ClickException(t("backup.unreadable", file=path, why=error.strerror)) from None


def _forget_unfinished(folder: Path) -> None:
    """What commands that were killed have left of theirs."""
    for each in folder.glob("*.part"):
        if OURS.fullmatch(each.stem):
            file.forget(each.with_suffix(""))


def _drop(folder: Path, keep: int) -> int:
    """Delete all backups of ours in the folder but the newest; how many those were."""
    old = sorted(each for each in folder.iterdir() if OURS.fullmatch(each.name))[:-keep]
    for each in old:
        each.unlink()
    return len(old)


def _said(about: About) -> dict[str, object]:
    """What a sentence says of a backup."""
    moment = datetime.fromtimestamp(about.made_at / 1000, UTC)
    at = format_datetime(moment, "d MMMM y HH:mm", tzinfo=settings().shop_tz, locale=LANGUAGE)
    return {"at": at, **{name: about.rows[name] for name in ("orders", "products", "users")}}


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f}".replace(".", ",")
