"""What accounts' events look like: they are for the audit trail; `AccessEnded` is read by the tailer itself. Of two a
phone is told: that it would go silent, and that somebody guesses at its owner's password."""

from datetime import datetime

from babel.dates import format_date

from printalma.accounts import policy
from printalma.accounts.policy import DASHBOARD, Role
from printalma.config import settings
from printalma.events import renderings
from printalma.events.log import Record
from printalma.events.renderings import PushNotice, Rendering
from printalma.events.types import (
    AccessEnded,
    BackupTaken,
    InvitationEnded,
    InvitationMade,
    PasswordsGuessed,
    SignInEnding,
    UserAdded,
    UserChanged,
)
from printalma.lib.clock import iso
from printalma.lib.i18n import LANGUAGE, t
from printalma.web.routing import url_for

NOT_TOLD = Rendering(html=None, json=None, push=None)


def register() -> None:
    renderings.register(PasswordsGuessed, Rendering(html=None, json=None, push=_guessed))
    renderings.register(SignInEnding, Rendering(html=None, json=None, push=_ending))
    for kind in (UserAdded, UserChanged, InvitationMade, InvitationEnded, AccessEnded, BackupTaken):
        renderings.register(kind, NOT_TOLD)


def _guessed(record: Record) -> list[PushNotice]:
    event = record.event
    assert isinstance(event, PasswordsGuessed)
    if event.user_id is None:
        return []  # the bell of the owners tells of it
    notification = {
        "type": "PASSWORDS_GUESSED",
        "title": t("push.guessed_title"),
        "message": t("push.guessed"),
        "data": {},
        "timestamp": iso(record.at),
    }
    page = url_for("profile.page")
    return [PushNotice(event.user_id, "guessed", f"guessed-{record.id}", "push.many_guessed", page, page, notification)]


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
