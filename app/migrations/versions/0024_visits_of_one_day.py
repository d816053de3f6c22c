"""Visits of one day: the others that a conversation asks about beside its own appointment"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("appointment_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_conversation_visit_conversation_id_conversation")
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_conversation_visit_appointment_id_appointment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_visit")),
        sa.UniqueConstraint(
            "conversation_id", "appointment_id", name=op.f("uq_conversation_visit_conversation_id_appointment_id")
        ),
    )
    op.create_index(op.f("ix_conversation_visit_appointment_id"), "conversation_visit", ["appointment_id"])


def downgrade() -> None:
    op.drop_table("conversation_visit")
