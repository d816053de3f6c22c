"""Tasks are found by the talk whose answer made them"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_desk_item_conversation_id", "desk_item", ["conversation_id"])


def downgrade() -> None:
    op.drop_index("ix_desk_item_conversation_id", table_name="desk_item")
