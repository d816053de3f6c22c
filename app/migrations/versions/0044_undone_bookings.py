"""Waitlist requests: the change of a visit by which one was filled, so that it can be undone (decision 0101)"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("waitlist_request") as waits:
        waits.add_column(sa.Column("entry_key", sa.String(60)))


def downgrade() -> None:
    with op.batch_alter_table("waitlist_request") as waits:
        waits.drop_column("entry_key")
