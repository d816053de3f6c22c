"""How Alembic reaches the database: the engine of app.db, the tables of app.tables."""

from alembic import context

from app import db
from app.tables import metadata

with db.engine().connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
