"""Runs the migrations on the app's own engine: the app has imported every model by then."""

from contextlib import nullcontext

from alembic import context

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
