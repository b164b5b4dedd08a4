"""The pages of delivery: one of all settings, one for each, their file, and the ways to pay."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import ADMIN
from printalma.config import settings
from printalma.db import Row, reading
from printalma.delivery import queries, service, sheet
from printalma.delivery.commands import COMMANDS, OfferPayments, Save
from printalma.delivery.live import Settings
from printalma.delivery.models import CATEGORIES, DAYS, HOURS, PROVIDERS, ZONE_TYPES, Kind
from printalma.lib import money
from printalma.lib.clock import now, shop_day
from printalma.lib.errors import Invalid, NotFound, Refused
from printalma.lib.i18n import count, t
from printalma.web.pages import answer_form, draw_form, drawing
from printalma.web.routing import url_for

SENEGAL = Path(__file__).with_name("senegal.csv")

bp = Blueprint("delivery_settings", __name__, url_prefix="/dashboard")


@bp.get("/delivery")
@access(ADMIN)
def page() -> str:
    return _page()


@bp.get("/delivery/<kind>/new")
@access(ADMIN)
def new(kind: str) -> str:
    unit = DAYS if kind == Kind.REGION else HOURS
    return _form(_kind(kind), None, {"active": "on", "time_unit": unit})


@bp.post("/delivery/<kind>/new")
@access(ADMIN)
@keyed()
def add(kind: str) -> AnyResponse:
    return _saved(_kind(kind), None, lambda command: service.add(command, signed_in_actor()))


@bp.get("/delivery/<kind>/<setting_id>")
@access(ADMIN)
def edit(kind: str, setting_id: str) -> str:
    with reading() as connection:
        row = queries.by_id(connection, _kind(kind), setting_id)
    if row is None:
        raise NotFound(t("delivery.unknown"))
    return _form(_kind(kind), setting_id, _as_form(row))


@bp.post("/delivery/<kind>/<setting_id>")
@access(ADMIN)
@keyed()
def save(kind: str, setting_id: str) -> AnyResponse:
    return _saved(_kind(kind), setting_id, lambda command: service.change(setting_id, command, signed_in_actor()))


@bp.post("/delivery/<kind>/<setting_id>/active")
@access(ADMIN)
@keyed()
def switch(kind: str, setting_id: str) -> AnyResponse:
    def act() -> None:
        service.switch(_kind(kind), setting_id, request.form.get("active") == "on", signed_in_actor())

    return answer_form(act, url_for("delivery_settings.page"), "delivery.saved")


@bp.post("/delivery/sample")
@access(ADMIN)
@keyed()
def sample() -> AnyResponse:
    """Its prices are francs; in a currency with decimals a hundred of them are one unit, as in the sample catalogue."""
    return _taken_in(lambda: sheet.read(SENEGAL.read_bytes(), "XOF"))


@bp.post("/delivery/file")
@access(ADMIN)
@keyed()
def take_in() -> AnyResponse:
    def read() -> list[service.FileLine]:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise Invalid(t("delivery.file.none"))
        return sheet.read(file.read(), settings().shop_currency)

    return _taken_in(read)


@bp.get("/delivery.csv")
@access(ADMIN)
def file() -> Response:
    with reading() as connection:
        rows = [(kind, row) for kind in Kind for row in queries.all_of(connection, kind)]
    name = t("delivery.file.name", day=shop_day(now(), settings().shop_tz).isoformat())
    answer = Response(sheet.written(rows, settings().shop_currency), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.get("/payment-methods")
@access(ADMIN)
def payments() -> str:
    with reading() as connection:
        known, version = queries.methods(connection), queries.state(connection).payments_version
    offered = {provider: "on" for provider, row in known.items() if row.active}
    label = known["OTHER"].label if "OTHER" in known else None
    return _payments({**offered, "label": label or "", "version": str(version)})


@bp.post("/payment-methods")
@access(ADMIN)
@keyed()
def offer_payments() -> AnyResponse:
    def act() -> None:
        service.offer_payments(OfferPayments.from_form(request.form), signed_in_actor())

    def again(refused: Refused) -> str:
        return _payments(request.form, refused)

    return answer_form(act, url_for("delivery_settings.payments"), "delivery.payments.saved", again)


def _page(problem: Refused | None = None) -> str:
    with drawing() as connection:
        return render_template("delivery/page.html", problem=problem, **Settings().shown(connection))


def _payments(fields: Mapping[str, Any], problem: Refused | None = None) -> str:
    with drawing():
        return draw_form("delivery/payments.html", fields, problem, providers=PROVIDERS)


def _kind(name: str) -> Kind:
    if name not in list(Kind):
        raise NotFound(t("delivery.unknown"))
    return Kind(name)


def _saved(kind: Kind, setting_id: str | None, act: Callable[[Save], object]) -> AnyResponse:
    def again(refused: Refused) -> str:
        if isinstance(refused, NotFound):
            raise refused  # there is no such page
        return _form(kind, setting_id, request.form, refused)

    def save() -> None:
        act(COMMANDS[kind].from_form(request.form, settings().shop_currency))

    return answer_form(save, f"{url_for('delivery_settings.page')}#{kind}", "delivery.saved", again)


def _taken_in(read: Callable[[], list[service.FileLine]]) -> AnyResponse:
    def act() -> None:
        added, changed = service.take_in(read(), signed_in_actor())
        flash(f"{count('delivery.file.added', added)} {count('delivery.file.changed', changed)}", "done")

    return answer_form(act, url_for("delivery_settings.page"), again=_page)


def _form(kind: Kind, setting_id: str | None, fields: Mapping[str, Any], problem: Refused | None = None) -> str:
    with drawing() as connection:
        return draw_form(
            "delivery/form.html",
            fields,
            problem,
            kind=kind,
            setting_id=setting_id,
            known=COMMANDS[kind].model_fields,
            currency=settings().shop_currency,
            options={
                "category": [(code, t(f"delivery.categories.{code}")) for code in CATEGORIES],
                "zone_type": [(code, t(f"delivery.zone_types.{code}")) for code in ZONE_TYPES],
                "time_unit": [(unit, t(f"delivery.units.{unit}")) for unit in (HOURS, DAYS)],
                "place_id": [(row.id, row.name) for row in queries.all_of(connection, Kind.ABROAD)],
                "carrier_id": [(row.id, row.name) for row in queries.all_of(connection, Kind.CARRIER)],
            },
        )


def _as_form(row: Row) -> dict[str, str]:
    """What a setting's form shows."""
    found = {name: "" if value is None else str(value) for name, value in row._mapping.items()}
    for name in ("price", "standard_price"):
        if found.get(name):
            found[name] = money.typed(row._mapping[name], settings().shop_currency)
    for name in ("active", "is_free"):
        found[name] = "on" if row._mapping.get(name) else ""
    return found | {"places": ", ".join(row._mapping.get("places", ()))}
