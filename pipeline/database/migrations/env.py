"""Alembic's hook: runs in the connection and the transaction that pipeline.database.migrate opened."""

from alembic import context

from pipeline.database.tables import Base

connection = context.config.attributes["connection"]
# SQLite can't alter most things in place; batch mode copies the table, inside the same transaction.
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, transactional_ddl=True)
context.run_migrations()
