"""Offer rules: a practice may give freed times on before they are entered in the EHR (decision 0098)"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("offer_rule") as rule:
        rule.add_column(sa.Column("lets_go", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("offer_rule") as rule:
        rule.drop_column("lets_go")
