"""What accounts' events look like: they are for the audit trail; `AccessEnded` is read by the tailer itself. Of three
a phone is told: that it would go silent, that somebody guesses at its owner's password, and that a colleague has made a
link by which it can be changed. That somebody has forgotten theirs is told by mail."""

import secrets
from datetime import datetime

from babel.dates import format_date

from printalma.accounts import password_links, policy
from printalma.accounts.password_links import LINK_LASTS
from printalma.accounts.policy import DASHBOARD, Role
from printalma.config import settings
from printalma.db import transaction
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import Letter, MailNotice, PushNotice, Rendering
from printalma.events.types import (
    AccessEnded,
    BackupTaken,
    InvitationEnded,
    InvitationMade,
    PasswordForgotten,
    PasswordLinkMade,
    PasswordsGuessed,
    SignInEnding,
    UserAdded,
    UserChanged,
)
from printalma.lib.clock import iso, now
from printalma.lib.i18n import LANGUAGE, t
from printalma.web.routing import url_for

_TYPES = {"guessed": "PASSWORDS_GUESSED", "link_made": "PASSWORD_LINK_MADE"}
NOT_TOLD = Rendering(html=None, json=None, push=None)


def register() -> None:
    renderings.register(PasswordsGuessed, Rendering(html=None, json=None, push=_guessed))
    renderings.register(PasswordLinkMade, Rendering(html=None, json=None, push=_link_made))
    renderings.register(PasswordForgotten, Rendering(html=None, json=None, push=None, mail=_forgotten))
    renderings.register(SignInEnding, Rendering(html=None, json=None, push=_ending))
    for kind in (UserAdded, UserChanged, InvitationMade, InvitationEnded, AccessEnded, BackupTaken):
        renderings.register(kind, NOT_TOLD)


def _guessed(record: Record) -> list[PushNotice]:
    event = record.event
    assert isinstance(event, PasswordsGuessed)
    if event.user_id is None:
        return []  # the bell of the owners tells of it
    return [_of_password(record, event.user_id, "guessed", "push.many_guessed")]


def _link_made(record: Record) -> list[PushNotice]:
    event = record.event
    assert isinstance(event, PasswordLinkMade)
    return [_of_password(record, event.user_id, "link_made", "push.many_link_made")]


def _of_password(record: Record, user_id: int, kind: str, plural: str) -> PushNotice:
    notification = {
        "type": _TYPES[kind],
        "title": t(f"push.{kind}_title"),
        "message": t(f"push.{kind}"),
        "data": {},
        "timestamp": iso(record.at),
    }
    page = url_for("profile.page")
    return PushNotice(user_id, kind, f"{kind}-{record.id}", plural, page, page, notification)


def _forgotten(record: Record) -> list[MailNotice]:
    """What is older than a link would last is no help any more."""
    event = record.event
    assert isinstance(event, PasswordForgotten)
    if record.at < now() - LINK_LASTS:
        return []
    return [MailNotice(event.user_id, "password", lambda: _link_letter(event.user_id))]


def _link_letter(user_id: int) -> Letter:
    """The link is made here, where the letter is written: no table of what waits to be sent holds a secret."""
    token = secrets.token_urlsafe(32)
    transaction(lambda tx: password_links.add(tx, user_id, token, None))
    shop = settings().shop_name
    return Letter(
        t("mail.password_subject", shop=shop),
        (t("mail.password_said", shop=shop), t("mail.password_lasts")),
        t("mail.password_do"),
        f"{settings().shop_url}{url_for('password.page', token=token)}",
        t("mail.password_not_me"),
    )


def _ending(record: Record) -> list[PushNotice]:
    event = record.event
    assert isinstance(event, SignInEnding)
    url = url_for("orders_list.orders") if policy.may(Role(event.role), DASHBOARD) else None  # opening it is enough
    notification = {
        "type": "SIGN_IN_ENDING",
        "title": t("push.sign_in_title"),
        "message": t("push.sign_in_admin" if url else "push.sign_in_customer", day=_day(event)),
        "data": {"endsAt": event.ends_at},
        "timestamp": iso(record.at),
    }
    tag = f"sign-in-{record.id}"
    return [PushNotice(event.user_id, "sign_in", tag, "push.many_sign_ins", url, url, notification, event.sign_in)]


def _day(event: SignInEnding) -> str:
    moment = datetime.fromisoformat(event.ends_at).astimezone(settings().shop_tz)
    shown: str = format_date(moment, "d MMMM", locale=LANGUAGE)
    return shown
