"""Runs the migrations on the app's own engine."""

from contextlib import nullcontext

from alembic import context

import printalma.accounts.models
import printalma.catalog.models
import printalma.db.revisions
import printalma.events.models
import printalma.letterhead.models
import printalma.live.models
import printalma.notifications.models
import printalma.ops.models
import printalma.orders.counter_models
import printalma.orders.models
import printalma.placing.idempotency
import printalma.print_checks.models
import printalma.push.models  # noqa: F401
from printalma.db import Model, unhurried, writing

# A backup of an older release is brought up to this one in a file of its own.
given = context.config.attributes.get("connection")
with nullcontext(given) if given is not None else writing() as connection:
    unhurried(connection)
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
