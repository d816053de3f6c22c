"""Moves of a whole day, and the visits that each concerns"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

STATES = ("listed", "moved", "texted", "told", "call", "back", "left", "undone")
LISTED = sa.text("state = 'listed'")
AT_WORK = sa.text("state in ('listed', 'moved', 'texted', 'back')")


def upgrade() -> None:
    op.create_table(
        "day_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_day_move_provider_id_provider")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_day_move_location_id_location")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_day_move_made_by_staff")),
        sa.ForeignKeyConstraint(["undone_by"], ["staff.id"], name=op.f("fk_day_move_undone_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_move")),
        sa.UniqueConstraint("key", name=op.f("uq_day_move_key")),
    )
    op.create_table(
        "day_move_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day_move_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("was_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"state in {STATES}", name=op.f("ck_day_move_visit_state")),
        sa.ForeignKeyConstraint(["day_move_id"], ["day_move.id"], name=op.f("fk_day_move_visit_day_move_id_day_move")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_day_move_visit_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_day_move_visit_conversation_id_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_move_visit")),
    )
    op.create_index(op.f("ix_day_move_visit_day_move_id"), "day_move_visit", ["day_move_id"])
    op.create_index(op.f("ix_day_move_visit_appointment_id"), "day_move_visit", ["appointment_id"])
    op.create_index(
        "uq_day_move_visit_listed", "day_move_visit", ["appointment_id"], unique=True, sqlite_where=LISTED,
        postgresql_where=LISTED,
    )  # fmt: skip
    op.create_index(
        "ix_day_move_visit_at_work", "day_move_visit", ["state"], sqlite_where=AT_WORK, postgresql_where=AT_WORK
    )


def downgrade() -> None:
    op.drop_table("day_move_visit")
    op.drop_table("day_move")
