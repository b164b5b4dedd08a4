"""Runs the migrations on the app's own engine."""

import sqlalchemy as sa
from alembic import context

import printalma.accounts.models
import printalma.catalog.models
import printalma.events.models
import printalma.inbox.models
import printalma.live.models
import printalma.orders.models
import printalma.push.models
import printalma.stats.models  # noqa: F401
from printalma.db import Model, is_postgres, writing

with writing() as connection:
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        if is_postgres(connection):
            # A query may take seconds, a migration of a large shop minutes.
            connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        context.run_migrations()
