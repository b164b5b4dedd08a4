"""The shop's settings page."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from babel import Locale
from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import ADMIN
from printalma.config import settings
from printalma.db import reading
from printalma.lib import money, phones
from printalma.lib.clock import now
from printalma.lib.errors import Refused
from printalma.lib.letters import alphabetical
from printalma.shop import queries, service
from printalma.shop.commands import COLUMNS, ZONES, ChangeShop
from printalma.web import proxies
from printalma.web.pages import answer_form, draw_form, drawing
from printalma.web.routing import url_for

bp = Blueprint("shop", __name__, url_prefix="/dashboard/settings")


@bp.get("")
@access(ADMIN)
def page() -> str:
    with reading() as connection:
        service.refresh(connection)  # not what this process remembers: another may have saved a moment ago
        row = queries.row(connection)
    shown = service.shown(row) | {"reasons": "\n".join(service.reasons())}
    fields = {name: shown[column] for name, column in COLUMNS.items()} | {"version": row.version}
    return _form({name: "" if value is None else str(value) for name, value in fields.items()})


@bp.post("")
@access(ADMIN)
@keyed()
def save() -> AnyResponse:
    def change() -> None:
        service.change(ChangeShop.from_form(request.form), signed_in_actor())

    return answer_form(change, url_for("shop.page"), "shop.saved", again=lambda refused: _form(request.form, refused))


def _form(fields: Mapping[str, Any], problem: Refused | None = None) -> str:
    with drawing():
        return draw_form(
            "shop/settings.html",
            fields,
            problem,
            currencies=_currencies(),
            zones=_zones(),
            countries=_countries(),
            guessed=phones.countries(money.LOCALE).get(phones.region_of_zone(settings().shop_tz.key) or ""),
            is_fixed=service.is_currency_fixed(),
            moment=now(),
            address=request.remote_addr,
            is_behind=proxies.is_unbelieved(),
        )


@lru_cache
def _currencies() -> list[tuple[str, str]]:
    """Every currency in use with its French name, by name."""
    named = Locale.parse(money.LOCALE).currencies
    listed = ((code, named[code]) for code in money.in_use() if code in named)
    return sorted(listed, key=lambda pair: alphabetical(pair[1]))


@lru_cache
def _countries() -> list[tuple[str, str]]:
    """Every country that has telephones, by its French name."""
    return sorted(phones.countries(money.LOCALE).items(), key=lambda pair: alphabetical(pair[1]))


@lru_cache
def _zones() -> list[str]:
    return sorted(zone for zone in ZONES if "/" in zone and not zone.startswith(("Etc/", "posix/")))
