"""What accounts' events look like: they are for the audit trail; `AccessEnded` is read by the tailer itself."""

from printalma.events import renderings
from printalma.events.renderings import Rendering
from printalma.events.types import AccessEnded, InvitationEnded, InvitationMade, UserAdded, UserChanged

NOT_TOLD = Rendering(html=None, json=None, socketio=None, push=None)


def register() -> None:
    for kind in (UserAdded, UserChanged, InvitationMade, InvitationEnded, AccessEnded):
        renderings.register(kind, NOT_TOLD)
