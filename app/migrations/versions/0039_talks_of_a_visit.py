"""The talks about a visit by an index: what a tick costs follows what is due, and not the panel (decision 0084)"""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_conversation_appointment_id", "conversation", ["appointment_id"])


def downgrade() -> None:
    op.drop_index("ix_conversation_appointment_id", table_name="conversation")
