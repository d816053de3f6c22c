"""Reply numbers: on a shared phone each visit that is asked about has its own, and is answered by itself"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversation_visit") as table:
        table.add_column(sa.Column("seat", sa.Integer(), nullable=True))
        table.add_column(sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("conversation_visit") as table:
        table.drop_column("answered_at")
        table.drop_column("seat")
