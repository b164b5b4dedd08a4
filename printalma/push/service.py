"""What people do with their devices."""

from datetime import timedelta

import sqlalchemy as sa

from printalma.accounts.actor import Actor
from printalma.accounts.form_keys import once
from printalma.config import settings
from printalma.db import Connection, Row, reading, table, transaction, transactional, upsert
from printalma.events.outbox.channel import Outcome
from printalma.events.outbox.claims import settle_recipient
from printalma.lib.clock import now
from printalma.lib.errors import Conflict, FieldError, Invalid, NotFound
from printalma.lib.i18n import t
from printalma.push import message, queries
from printalma.push.agents import device_name
from printalma.push.channel import PUSH
from printalma.push.commands import SavePreferences, Subscribe
from printalma.push.models import Delivery, Device, Look, Preference
from printalma.push.sender import sender

MAX_DEVICES = 20
LOOKS_WRITTEN = timedelta(seconds=20)

_devices = table(Device)
_deliveries = table(Delivery)


def subscribe(command: Subscribe, actor: Actor, agent: str) -> int:
    """The id of the actor's device at this endpoint, new or known; one that was somebody else's is now the actor's.

    Raises Invalid for an endpoint that is not a push service's, Conflict for one device too many.
    """
    from printalma.push.endpoints import host_of  # where it says why not above

    host = host_of(command.endpoint, settings().push.hosts)
    if host is None:
        raise Invalid(t("errors.invalid"), errors=[FieldError("endpoint", t("push.bad_endpoint"))])
    return _subscribe(command, actor, agent, host)


@transactional
def _subscribe(tx: Connection, command: Subscribe, actor: Actor, agent: str, host: str) -> int:
    values = {"endpoint": command.endpoint, "host": host, "key": queries.public_key(tx), "user_id": actor.id}
    values |= {"sign_in": actor.sign_in, "reminded_of": None}
    values |= command.keys.model_dump() | {"failures": 0, "trouble": None, "resting_until": None}
    known = _known(tx, command, actor)
    if known is None:
        return _add(tx, actor, values | {"name": device_name(agent), "created_at": now()})
    if known.user_id != actor.id:
        tx.execute(sa.delete(_deliveries).where(_deliveries.c.device_id == known.id))
        values |= {"created_at": now()}  # what happened before is not theirs to hear
    tx.execute(sa.update(_devices).where(_devices.c.id == known.id).values(values))
    return int(known.id)


@transactional
def unsubscribe(tx: Connection, endpoint: str, actor: Actor) -> None:
    """Forget the actor's device at this endpoint; one that is not there is none of theirs, or already forgotten."""
    _forget(tx, _devices.c.endpoint == endpoint, actor)


@transactional
@once
def remove(tx: Connection, device_id: int, actor: Actor) -> None:
    """Forget one of the actor's devices. Raises NotFound."""
    if _forget(tx, _devices.c.id == device_id, actor) == 0:
        raise NotFound(t("push.unknown"))


def send_test(device_id: int, actor: Actor) -> Outcome:
    """Send a message to one of the actor's devices now; what came of it, within ten seconds. Raises NotFound.

    The sentence for it is `push.outcomes.<outcome>`.
    """
    with reading() as connection:
        device = queries.device(connection, device_id, actor.id)
        sends = sender(connection)
    if device is None:
        raise NotFound(t("push.unknown"))
    told = message.of_test(device_id)
    answer = sends.send(device, message.encoded(told), message.envelope(told))
    transaction(lambda tx: settle_recipient(PUSH, tx, device, answer))
    return answer.outcome


@transactional
@once
def set_preferences(tx: Connection, command: SavePreferences, actor: Actor) -> None:
    """Keep what the actor wants to hear of. What waited for the end of quiet hours is looked at again."""
    mine = sa.select(_devices.c.id).where(_devices.c.user_id == actor.id)
    held = (_deliveries.c.device_id.in_(mine), _deliveries.c.attempts == 0, _deliveries.c.claimed_until.is_(None))
    tx.execute(sa.update(_deliveries).where(*held, _deliveries.c.due_at > now()).values(due_at=now()))
    _put(tx, table(Preference), actor.id, command.columns())


def looked(actor: Actor) -> None:
    """The actor has a dashboard in view. Pages say so often; it is written every twenty seconds at most."""
    moment = now()
    with reading() as connection:
        before = queries.looked_at(connection, actor.id)
    if before is None or abs(moment - before) > LOOKS_WRITTEN:
        transaction(lambda tx: _put(tx, table(Look), actor.id, {"at": moment}))


def _known(tx: Connection, command: Subscribe, actor: Actor) -> Row | None:
    """The device this browser already is: at the same endpoint, else at the actor's one that it replaces."""
    at = tx.execute(sa.select(_devices).where(_devices.c.endpoint == command.endpoint)).one_or_none()
    if command.replaces in (None, command.endpoint):
        return at
    replaced = sa.select(_devices).where(_devices.c.endpoint == command.replaces, _devices.c.user_id == actor.id)
    if at is None:
        return tx.execute(replaced).one_or_none()
    _forget(tx, _devices.c.endpoint == command.replaces, actor)
    return at


def _add(tx: Connection, actor: Actor, values: dict[str, object]) -> int:
    mine = sa.select(sa.func.count()).select_from(_devices).where(_devices.c.user_id == actor.id, queries.IS_THERE)
    if tx.execute(mine).scalar_one() >= MAX_DEVICES:
        raise Conflict(t("push.too_many", most=MAX_DEVICES))
    # Two tabs of one browser may subscribe at the same moment.
    added: int = tx.execute(_written(_devices, "endpoint", values).returning(_devices.c.id)).scalar_one()
    return added


def _forget(tx: Connection, which: sa.ColumnElement[bool], actor: Actor) -> int:
    return tx.execute(sa.delete(_devices).where(which, _devices.c.user_id == actor.id)).rowcount


def _put(tx: Connection, into: sa.Table, user_id: int, values: dict[str, object]) -> None:
    """Write the user's row, new or not."""
    tx.execute(_written(into, "user_id", {"user_id": user_id, **values}))


def _written(into: sa.Table, key: str, values: dict[str, object]) -> sa.Insert:
    return upsert(into).values(values).on_conflict_do_update(index_elements=[key], set_=values)
