"""What every page may say: money, moments and sentences, in the shop's language, currency and time zone."""

import re
from collections.abc import MutableMapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import flask.templating
from babel.dates import format_datetime
from flask import Flask, current_app, request
from jinja2 import StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from printalma.config import settings
from printalma.lib import clock, i18n, letters, money
from printalma.web import origin, vendor
from printalma.web.peer import let_others

THEME = "theme"  # the cookie: light or dark by choice; without it the system decides
THEMES = ("light", "dark")
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
# What fifty rows repeat, and every frame to every screen: ends of cells, which HTML does without, blanks around parts,
# and quotes that no value needs. These templates are written as all others are, and read without.
_LEAN = (
    "dashboard/_row.html",
    "dashboard/_row_fragments.html",
    "dashboard/_counts.html",
    "dashboard/_announcements.html",
)
_LEFT_OUT = (
    (re.compile(r"\s*</t[dh]>\s*|\s+(?=</?t[dhr]\b|</?hx-partial\b|<data\b|</data>)"), ""),
    (re.compile(r"(<(?:t[dh]|hx-partial|data)\b[^<>]*>)\s+"), r"\1"),
    (re.compile(r'\s*\n\s*(?=[a-z-]+=")'), " "),
    (re.compile(r'( (?:class|type|form|name|scope|popovertarget)=)"([\w-]+)"'), r"\1\2"),
)


class Unindented(Extension):
    """Of templates' indentation one blank is left: a seventh of a list was blanks, which fifty rows repeat.

    Without any, an attribute that a block begins with stuck to the name of its element.
    """

    def preprocess(self, source: str, name: str | None, *_said: Any, **_more: Any) -> str:
        source = _INDENTATION.sub(" ", source)
        for found, instead in _LEFT_OUT if name in _LEAN else ():
            source = found.sub(instead, source)
        return source


def theme() -> str | None:
    """The look this device has chosen; None for the system's."""
    chosen = request.cookies.get(THEME)
    return chosen if chosen in THEMES else None


def sentence(key: str, **values: object) -> str:
    return letters.glued(i18n.t(key, **values))


def counted(key: str, n: int, **values: object) -> str:
    return letters.glued(i18n.count(key, n, **values))


def isolated(key: str, **values: object) -> Markup:
    """A sentence in which each value stands by itself: a name written from right to left turns nothing else around."""
    apart = {name: f"<bdi>{escape(value)}</bdi>" for name, value in values.items()}
    return Markup(str(escape(letters.glued(i18n.t(key)))).format(**apart))  # noqa: S704 -- each part is escaped


def fragments(template: str, **values: object) -> str:
    """What screens are told, drawn without what Flask gives each page: no request is under way. It was two thirds of
    what a frame's few words cost."""
    return current_app.jinja_env.get_template(template).render(values)


@lru_cache
def icon(name: str, label: str = "", css: str = "") -> Markup:
    """A drawing of templates/_icons.html; `label` says what it means where no words beside it do."""
    says = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon{}" {}><use href="#i-{}"/></svg>').format(css and f" {css}", says, name)


class Environment(flask.templating.Environment):
    """Jinja's, whose templates have what all of them have in common and nothing beside it: each drawing else copied it
    out of two mappings, seventy times an order's row."""

    def compile(self, *source: Any, **said: Any) -> Any:
        """A page's first drawing compiles twenty templates, for a quarter of a second on a busy machine."""
        let_others()
        return super().compile(*source, **said)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def shown_moment(moment: datetime, pattern: str = "d MMM HH:mm") -> str:
    """A moment as the shop's clock has it."""
    if "s" not in pattern:  # orders of one minute are written alike
        moment = moment.replace(second=0, microsecond=0)
    return _moment(moment, pattern, settings().shop_tz)


@lru_cache(maxsize=1024)
def _moment(moment: datetime, pattern: str, zone: ZoneInfo) -> str:
    return format_datetime(moment, pattern, tzinfo=zone, locale="fr_FR")


def init_app(app: Flask) -> None:
    def shown_money(minor: int) -> str:
        return money.shown(minor, settings().shop_currency)

    def brief_money(minor: int) -> str:
        return money.brief(minor, settings().shop_currency)

    def today() -> str:
        return clock.shop_day(clock.now(), settings().shop_tz).isoformat()

    words = {"t": sentence, "isolated": isolated, "count": counted, "iso": clock.iso}
    app.jinja_env.globals |= {**words, "icon": icon, "theme": theme, "today": today}
    app.jinja_env.globals |= {"scripts": vendor.scripts, "shop_address": origin.address}
    app.context_processor(lambda: {"shop_name": settings().shop_name, "shop_zone": settings().shop_tz.key})
    texts = {"number": money.counted, "cut": letters.cut, "glued": letters.glued}
    app.jinja_env.filters.update(money=shown_money, brief=brief_money, moment=shown_moment, **texts)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension(Unindented)
