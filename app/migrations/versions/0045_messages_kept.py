"""How many days the sound of recorded messages is kept, as the practice chose (decision 0094)"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("practice") as practice:
        practice.add_column(sa.Column("messages_kept_days", sa.Integer(), nullable=False, server_default="30"))


def downgrade() -> None:
    with op.batch_alter_table("practice") as practice:
        practice.drop_column("messages_kept_days")
