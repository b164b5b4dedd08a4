"""Reading the settings of delivery and payment."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from printalma.db import Connection, Row, table
from printalma.delivery.models import (
    PROVIDERS,
    DeliveryCarrier,
    DeliveryPlace,
    DeliveryState,
    DeliveryTariff,
    Kind,
    PaymentMethod,
)
from printalma.lib.letters import alphabetical

places, carriers, tariffs = table(DeliveryPlace), table(DeliveryCarrier), table(DeliveryTariff)
_state, _methods = table(DeliveryState), table(PaymentMethod)
TABLES = {
    Kind.CITY: places,
    Kind.REGION: places,
    Kind.ABROAD: places,
    Kind.CARRIER: carriers,
    Kind.TARIFF: tariffs,
}
_MARK = sa.select(_state.c.mark)
_STATE = sa.select(_state)
_FOR_UPDATE = _STATE.with_for_update()
_ALL = {kept: sa.select(kept).order_by(kept.c.id) for kept in (places, carriers, tariffs)}
_TARIFFS = (
    sa.select(
        tariffs,
        *(column.label(f"place_{column.name}") for column in places.c if column is not places.c.id),
        *(column.label(f"carrier_{column.name}") for column in carriers.c if column is not carriers.c.id),
    )
    .join(places, places.c.id == tariffs.c.place_id)
    .join(carriers, carriers.c.id == tariffs.c.carrier_id)
    .order_by(tariffs.c.created_at.desc(), tariffs.c.id)
)


def mark(connection: Connection) -> str:
    """By which the settings are known to be the ones that somebody remembers."""
    found: str = connection.execute(_MARK).scalar_one()
    return found


def state(connection: Connection) -> Row:
    return connection.execute(_STATE).one()


def state_for_update(tx: Connection) -> Row:
    """The row that everybody holds who changes a setting, locked until the end of the transaction."""
    return tx.execute(_FOR_UPDATE).one()


def all_of(connection: Connection, kind: Kind) -> Sequence[Row]:
    """Every setting of a kind, by name; tariffs the newest first, each with what its place and its carrier say."""
    if kind is Kind.TARIFF:
        return connection.execute(_TARIFFS).all()
    rows = connection.execute(_ALL[TABLES[kind]]).all()
    return by_name(row for row in rows if kind is Kind.CARRIER or row.kind == kind)


def by_name(rows: Iterable[Row]) -> Sequence[Row]:
    return sorted(rows, key=lambda row: alphabetical(row.name))


def by_id(connection: Connection, kind: Kind, setting_id: str) -> Row | None:
    kept = TABLES[kind]
    found = connection.execute(sa.select(kept).where(kept.c.id == setting_id)).one_or_none()
    return found if found is None or kept is not places or found.kind == kind else None


def methods(connection: Connection) -> dict[str, Row]:
    """What was ever said of ways to pay, by their names."""
    return {row.provider: row for row in connection.execute(sa.select(_methods))}


def offered(connection: Connection) -> Sequence[Row]:
    """The ways to pay that customers may choose from."""
    found = [row for row in methods(connection).values() if row.active]
    return sorted(found, key=lambda row: PROVIDERS.index(row.provider))
