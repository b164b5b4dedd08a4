"""Shops with something of everything in them, and what two of them have in common."""

import importlib
import json
import os
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from click.testing import Result

from printalma.backup import contents
from tests.accounts.people import customer
from tests.pictures.bodies import data_url, png, with_pictures
from tests.support import database as db
from tests.support.client import Client, cart
from tests.support.forms import form
from tests.support.inside import Inside
from tests.support.server import ROOT, Shop

for _file in (ROOT / "printalma").rglob("*models.py"):
    importlib.import_module(".".join(_file.relative_to(ROOT).with_suffix("").parts))
importlib.import_module("printalma.daily")
importlib.import_module("printalma.placing.idempotency")

PHONE = {"p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"}


class Commands:
    """`flask --app wsgi …` on a database, in this process: a start of its own takes each a second or two."""

    def __init__(self, database_url: str) -> None:
        self._inside = Inside(database_url, FLASK_RUN_FROM_CLI="true")

    def done(self, *arguments: object) -> str:
        """What a command says that succeeds."""
        found = self._run(arguments)
        assert found.exit_code == 0, (found.output, found.exception)
        return found.stdout

    def refused(self, *arguments: object) -> str:
        """The one sentence by which a command refuses."""
        found = self._run(arguments)
        assert found.exit_code == 1, found.output
        assert found.stderr.startswith("Error: ")
        assert found.stderr.count("\n") == 1, found.stderr
        return found.stderr

    def close(self) -> None:
        self._inside.close()

    def _run(self, arguments: tuple[object, ...]) -> Result:
        mask = os.umask(0o077)
        try:
            return self._inside.app.test_cli_runner().invoke(args=[str(each) for each in arguments])
        finally:
            os.umask(mask)


def lived_in(server: Shop) -> dict[str, Client]:
    """People who have left a row in every table."""
    boss, awa, gone = server.admin(), customer(server), customer(server)
    for name, who in (("awa", awa), ("gone", gone), ("boss", boss)):
        subscription = {"endpoint": f"https://fcm.googleapis.com/fcm/send/{name}", "keys": PHONE | {"auth": "A" * 22}}
        assert who.post("/push/subscriptions", subscription).status == 201
    gone.post("/auth/logout")
    placed = awa.post("/orders", cart(notes="« Ça va ? » 🎁"), Idempotency_Key="once")
    guest = server.client().post("/orders/guest", with_pictures(data_url(png(600_000)), email=None)).data
    boss.patch(f"/orders/{placed.data['id']}/status", {"status": "CONFIRMED", "notes": "Vite"})
    boss.patch(f"/orders/{guest['id']}/status", {"status": "REJECTED"})
    boss.post(f"/notifications/{boss.last_event()}/mark-read")
    boss.get("/orders/admin/all")
    for path, fields in FORMS.items():
        page = "/dashboard/team" if "team" in path else path.removesuffix("/preferences").removesuffix("/name")
        there = form(boss.get(page, Cookie=boss.cookie).text, path)
        assert boss.form(path, there.filled(**fields), Cookie=boss.cookie).status == 303, path
    assert boss.form("/dashboard/delivery/sample", {}, Cookie=boss.cookie).status == 303
    db.execute(server.database_url, "INSERT INTO twin_accounts VALUES (:one, 1)", one=awa.user["id"])
    for kept in ("read_events", "dropped_notifications"):
        db.execute(server.database_url, f"INSERT INTO {kept} VALUES (1, 3)")
    return {"boss": boss, "awa": awa}


FORMS = {
    "/dashboard/settings": {"name": "Chez Awa", "lowStock": "7"},
    "/dashboard/payment-methods": {"WAVE": "on"},
    "/dashboard/products/2": {"stock": "50", "name": "T-shirt « été »"},
    "/dashboard/products/3": {"by_variant": "on", "stock_0": "5"},
    "/dashboard/devices/preferences": {"status": "on"},
    "/dashboard/team/invitations": {"label": "Moussa", "role": "ADMIN"},
}


def rows(database_url: str) -> dict[str, Sequence[Any]]:
    """Everything that a backup brings along, as Python has it: JSON read, a flag a flag."""
    found: dict[str, Sequence[Any]] = {}
    for table in contents.copied():
        if table.name != "log_position":
            kept = db.select(database_url, f"SELECT * FROM {table.name} {NOT_OF_THE_LOG.get(table.name, '')}")
            found[table.name] = sorted((_plain(row, table) for row in kept), key=repr)
    return found


NOT_OF_THE_LOG = {"events": "WHERE type <> 'LogRenewed'"}


def _plain(row: sa.Row[Any], table: sa.Table) -> dict[str, Any]:
    plain = {name: value for name, value in row._mapping.items() if name not in contents.BLANKED.get(table.name, {})}
    for name, value in plain.items():
        if isinstance(table.columns[name].type, sa.JSON) and isinstance(value, str):
            plain[name] = json.loads(value)
        elif isinstance(table.columns[name].type, sa.Boolean):
            plain[name] = bool(value)
    return plain
