"""`flask setup`: everything the server needs before it starts; safe to repeat, and to run twice at once."""

import fcntl
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from printalma.accounts import first_admin, passwords, queries, service
from printalma.accounts.commands import AddAdmin
from printalma.accounts.policy import Role
from printalma.catalog.samples import add_samples
from printalma.cli.admin import Refusal
from printalma.config import INSTANCE, settings
from printalma.dashboard import first_order
from printalma.db import Connection, db, reading, revisions, transaction, unhurried
from printalma.lib.errors import Refused
from printalma.lib.i18n import t
from printalma.lib.progress import progress
from printalma.orders.listing import search
from printalma.shop.service import know as know_shop
from printalma.tidying import service as tidying
from printalma.web import vendor

ADVISORY_LOCK = 0x50414C4D  # any number that nobody else uses: PostgreSQL's advisory locks have no names


@click.command(help=t("cli.setup"))
@click.option("--catalogue", is_flag=True, help=t("cli.setup_catalogue"))
@with_appcontext
def setup(catalogue: bool) -> None:
    with alone():
        migrate()
        click.echo(t("cli.setup_ready"))
        _browser_libraries()
        know_shop()
        made = _first_admin()
        if catalogue and (added := add_samples(settings().shop_currency)):
            click.echo(t("cli.setup_samples", n=added))
    if settings().platform is None:
        _welcome(made)


def migrate() -> None:
    """After a rollback there is nothing to do: to a release that may serve it, the newer one's database is as good.
    Raises ClickException for a database that this release can neither migrate nor serve."""
    import flask_migrate  # here and not above: see cli.init_app

    with reading() as connection:
        foreign = revisions.foreign(connection)
    if foreign is None:
        with progress() as tell, _migrations_told(tell):
            transaction(tidying.begin)
            flask_migrate.upgrade()
    elif foreign.may_serve:
        click.echo(foreign.sentence, err=True)
    else:
        raise click.ClickException(foreign.sentence)
    with reading() as connection:
        if not search.has_index(connection):
            click.echo(t("cli.setup_no_trigrams"), err=True)


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else sets this shop up, or puts a backup back, meanwhile: a file's lock on this machine, the database's
    between machines."""
    INSTANCE.mkdir(mode=0o700, exist_ok=True)
    with open(INSTANCE / "setup.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if settings().is_sqlite:
            yield
            return
        with db.engine.connect() as connection:
            unhurried(connection)  # the other instance may migrate for longer than a query may take
            # The transaction's and not the session's: a pooler gives a session's lock to somebody else.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            yield


@contextmanager
def _migrations_told(tell: Callable[[str], None]) -> Iterator[None]:
    """Alembic says in its log alone which migration begins."""

    def begins(record: logging.LogRecord) -> bool:
        if step := record.getMessage().partition(" -> ")[2]:
            tell(t("cli.setup_migrating", step=step))
        return record.levelno > logging.INFO

    tell(t("cli.setup_database"))
    alembic = logging.getLogger("alembic.runtime.migration")
    level = alembic.level
    alembic.setLevel(logging.INFO)
    alembic.addFilter(begins)
    try:
        yield
    finally:
        alembic.removeFilter(begins)
        alembic.setLevel(level)


def _browser_libraries() -> None:
    try:
        vendor.fetch()
    except vendor.FetchError as failed:
        click.echo(t("cli.setup_libraries", host=vendor.CDN, reason=str(failed)), err=True)


def _first_admin() -> bool:
    """The admin of ADMIN_EMAIL and ADMIN_PASSWORD or, off a platform, one with a password drawn by lot: whether one was
    drawn now."""
    with reading() as connection:
        if queries.admins(connection):
            _forget_changed(connection)
            return False
    given = settings()
    email, password = given.admin_email, given.admin_password
    if email is None and given.platform is None:
        # The same for every database set up here: the file that tells the owner holds one sign-in.
        email, password = first_admin.kept() or ("admin@printalma.local", secrets.token_urlsafe(12))
    if email is None or password is None:
        click.echo(t("cli.setup_no_admin"), err=True)
        return False
    fields = {"email": email, "password": password, "firstName": "Admin", "lastName": given.shop_name[:100]}
    try:
        service.add_admin(AddAdmin.parse(fields | {"role": Role.SUPERADMIN}), None)
    except Refused as refused:
        raise Refusal(refused) from None
    if given.admin_email is None:
        first_admin.keep(email, password)
    return given.admin_email is None


def _forget_changed(connection: Connection) -> None:
    """A password that an older release kept after it had been changed."""
    known = first_admin.kept()
    user = queries.user_by_email(connection, known[0]) if known else None
    if known and user and not passwords.matches(known[1], user.password_hash):
        first_admin.forget(known[0])


def _welcome(is_new: bool) -> None:
    """The first password is printed once: a terminal's memory, and a log, are read by others."""
    address = f"http://localhost:{settings().port}"
    known = first_admin.kept()
    click.echo(t("cli.welcome_address", address=address))
    if known and is_new:
        click.echo(t("cli.welcome_sign_in", email=known[0], password=known[1]))
    elif known and settings().admin_email is None:
        click.echo(t("cli.welcome_known", email=known[0], file=first_admin.FILE))
    with reading() as connection:
        curl = first_order.curl(connection, address)
    click.echo(t("cli.welcome_curl") if curl else t("cli.welcome_no_product"))
    if curl:
        click.echo(curl)
