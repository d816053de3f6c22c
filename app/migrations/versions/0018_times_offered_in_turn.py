"""Who said that a time be offered in turn"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("slot") as slot:
        slot.add_column(sa.Column("in_turn_by", sa.Integer(), nullable=True))
        slot.create_foreign_key(op.f("fk_slot_in_turn_by_staff"), "staff", ["in_turn_by"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("slot") as slot:
        slot.drop_constraint(op.f("fk_slot_in_turn_by_staff"), type_="foreignkey")
        slot.drop_column("in_turn_by")
