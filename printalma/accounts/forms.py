"""The dashboard's forms: each is drawn with a key, by which it is known when it is sent again.

This is no token against forgery: what another site sends is refused by where it comes from (guard).
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from flask import Flask, request
from markupsafe import Markup

from printalma.accounts import form_keys
from printalma.accounts.actor import Actor
from printalma.accounts.guard import current_actor
from printalma.accounts.policy import EVERYBODY
from printalma.config import settings

FIELD = "form_key"

View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    app.jinja_env.globals["form_key"] = drawn


def drawn() -> Markup:
    """The hidden field of a form that is being drawn. Where the form is drawn anew under somebody's hands, it keeps its
    key until it has acted."""
    return Markup('<input type="hidden" name="{}" value="{}" hx-morph-skip>').format(FIELD, secrets.token_urlsafe(16))


def keyed(by_content: bool = False) -> Callable[[View], View]:
    """Mark a view whose form acts once: sent again by the same person with the same key and content, it changes nothing
    and is answered as before. A form that came without a key is an older page's or a script's; with `by_content` its
    content, which says what it was drawn from, is its key."""

    def mark(view: View) -> View:
        @wraps(view)
        def marked(*args: Any, **kwargs: Any) -> Any:
            if not by_content and FIELD not in request.form:
                return view(*args, **kwargs)
            # A form for everybody signs somebody in: its repetition may already come with their cookie.
            actor = None if marked.__dict__.get("access") == EVERYBODY else current_actor()
            with form_keys.under_way(*_identity(actor)):
                return view(*args, **kwargs)

        marked.__dict__["keyed"] = True
        return cast(View, marked)

    return mark


def secret() -> str:
    """Random, but the same again for the form under way when that is sent again."""
    return form_keys.secret(64) or secrets.token_urlsafe(32)


def _identity(actor: Actor | None) -> tuple[str, str]:
    """The form's key together with who sends it and what it says, as a keyed hash: a content may be a password. And
    another hash of the same, for secrets. Both by the key under which the form has acted, if it has.

    The version it was drawn from is not said by anybody: words that come back after a lost answer are the same words.
    """
    content = urlencode(
        [(name, value) for name, value in request.form.items(multi=True) if name != "version"] + _files()
    )
    said = "\n".join((str(actor.id if actor else "guest"), request.full_path, content))
    present, *others = [(_hashed(said, key), _hashed(f"secret\n{said}", key)) for key in settings().secret_keys]
    return next((one for one in others if form_keys.has_acted(one[0])), present)


def _files() -> list[tuple[str, str]]:
    """What files a form holds, by their hashes: another file under the same key is another form."""
    found = []
    for name, file in request.files.items(multi=True):
        found.append((name, hashlib.sha256(file.read()).hexdigest()))
        file.seek(0)
    return found


def _hashed(text: str, key: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
