"""Times that were somebody else's in the EHR, and whether the patient knows (decision 0097)"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

AT_WORK = sa.text("state in ('waiting', 'texted')")


def upgrade() -> None:
    op.create_table(
        "slot_gone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'texted', 'told', 'call', 'left')", name=op.f("ck_slot_gone_state")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_slot_gone_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_slot_gone_conversation_id_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_gone")),
        sa.UniqueConstraint("key", name=op.f("uq_slot_gone_key")),
    )
    op.create_index(op.f("ix_slot_gone_appointment_id"), "slot_gone", ["appointment_id"])
    op.create_index("ix_slot_gone_at_work", "slot_gone", ["state"], sqlite_where=AT_WORK, postgresql_where=AT_WORK)


def downgrade() -> None:
    op.drop_table("slot_gone")
