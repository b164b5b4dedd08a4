"""What a backup holds: every table of the models but those named here. A test asks what becomes of each new table.

Nobody signs in with what a backup holds, and nothing is sent with it: keys and sign-ins stay out, and what would open
the shop again to somebody who has been let go since.
"""

from typing import Any

import sqlalchemy as sa

from printalma.db import Model
from printalma.push import queries as push

# Emptied when a backup is put back: what it said is over, or is about users who may be others now.
EMPTIED = {
    "sessions": "everybody signs in again, scripts too",
    "invitations": "a link that was taken back since must not open again",
    "password_links": "a link by which somebody gets in who has been let go since",
    "sign_in_attempts": "they count guesses at passwords that may be others now",
    "form_keys": "what a page sent before was lost with the rest",
    "push_deliveries": "what phones were to be told then is no news any more",
    "mail_readers": "who asked for a link then waits for none now",
    "mail_deliveries": "what was to be sent then is of no use any more",
    "push_looks": "who is looking now is told by the pages",
    "order_holders": "who is at work on what is told by the pages",
    "order_onlookers": "and so is who looks at what",
    "refused_orders": "they are kept for a week: a file would keep them for ever",
    "refused_days": "they are counted for a week",
    "payment_messages": "they are kept for a month: a file would keep them for ever",
}
# As they are where the backup is put back: they belong to that database and its processes.
KEPT = {
    "compatibility": "which releases may serve this database, as it was migrated",
    "attendance": "which sockets are open now",
    "daily": "when this database was last swept",
    "push_keys": "the private key with which this shop signs what it sends to phones",
    "write_probes": "always empty",
}
# A device is told again when it has subscribed anew, which its owner's page does: until then it is known by its address
# alone, and listed as one to be enabled again.
BLANKED: dict[str, dict[str, Any]] = {"push_devices": {"sign_in": None, "p256dh": "", "auth": "", "key": ""}}
ONLY: dict[str, sa.ColumnElement[bool]] = {"push_devices": push.IS_THERE}

# Rows that are copied at a time where PIECE would be too many: a piece of a picture has 256 kB, a copy up to 100.
FEW = {"picture_pieces": 4, "picture_copies": 16, "product_pictures": 16}

PLACING = (
    *("idempotency_keys", "shop", "products", "product_variants"),
    *("delivery_state", "delivery_places", "delivery_carriers", "delivery_tariffs"),
    *(
        "daily_numbers",
        "orders",
        "order_items",
        "order_texts",
        "order_pictures",
        "pictures",
        "sent_json",
        "order_marks",
    ),
)


def copied() -> list[sa.Table]:
    """The tables of a backup, each behind those it refers to."""
    return [table for table in Model.metadata.sorted_tables if table.name not in EMPTIED | KEPT]


def emptied() -> list[sa.Table]:
    """What a backup takes the place of, each behind those it refers to."""
    return [table for table in Model.metadata.sorted_tables if table.name not in KEPT]


def locked() -> list[sa.Table]:
    """The same as placing an order takes them, and then the others: whoever is in the middle of one can finish it."""
    return sorted(emptied(), key=lambda table: PLACING.index(table.name) if table.name in PLACING else len(PLACING))


def rows_of(table: sa.Table) -> sa.Select[Any]:
    """What is copied of a table, in the order of its key and as the databases keep it: moments as numbers, JSON as
    text."""
    blanks = BLANKED.get(table.name, {})
    columns = [
        sa.literal(blanks[column.name]).label(column.name) if column.name in blanks else _plain(column)
        for column in table.columns
    ]
    return sa.select(*columns).where(ONLY.get(table.name, sa.true())).order_by(*table.primary_key)


def _plain(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    if isinstance(column.type, sa.JSON):
        return sa.cast(column, sa.Text).label(column.name)
    return sa.type_coerce(column, sa.types.NullType()).label(column.name)
