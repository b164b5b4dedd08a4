"""`flask archive`: old years are put aside, and taken back."""

import time
from collections.abc import Iterator
from datetime import datetime

import click
from flask.cli import with_appcontext

from printalma.db import room, table
from printalma.events.models import LoggedEvent
from printalma.lib.i18n import count, t
from printalma.lib.progress import counting
from printalma.orders.archive import amount, bring_back, put_aside
from printalma.orders.models import ArchivedOrder, OrderItem

PAUSE = 0.02  # seconds in which those who serve have their turn
MEGABYTE = 1_000_000


@click.command(help=t("cli.archive"))
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), help=t("cli.archive_before"))
@click.option("--dry-run", is_flag=True, help=t("cli.archive_dry_run"))
@click.option("--back", is_flag=True, help=t("cli.archive_back"))
@click.option("--shrink", is_flag=True, help=t("cli.archive_shrink"))
@with_appcontext
def archive(before: datetime | None, dry_run: bool, back: bool, shrink: bool) -> None:
    if back == (before is not None) and not (shrink and before is None):
        raise click.UsageError(t("cli.archive_what"))
    if back:
        _told(bring_back(), "cli.archive_taken_back")
    elif before is not None:
        found = amount(before.date())
        more = {"lines": found.lines, "events": found.events, "archived": found.archived}
        click.echo(count("cli.archive_found", found.orders, **more))
        if dry_run:
            return
        _told(put_aside(before.date()), "cli.archived")
    if shrink:
        _shrink()
    else:
        click.echo(t("cli.archive_room"))


def _told(pieces: Iterator[int], sentence: str) -> None:
    """Do it, and say now and then how many it has been."""
    done = 0
    with counting(sentence) as more:
        for piece in pieces:
            done += piece
            more(piece)
            time.sleep(PAUSE)
    click.echo(count(sentence, done))


def _shrink() -> None:
    before = room.taken()
    room.give_back(*(table(each) for each in (OrderItem, LoggedEvent, ArchivedOrder)))
    click.echo(t("cli.archive_shrunk", before=before // MEGABYTE, after=room.taken() // MEGABYTE))
