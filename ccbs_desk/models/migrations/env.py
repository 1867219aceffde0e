"""Run the migrations in the transaction that the caller has begun. Alembic loads this file by its path."""

from alembic import context
from sqlalchemy import Connection

from ccbs_desk.models.registry import METADATA

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
