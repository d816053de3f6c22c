"""Encounters and follow-ups; whether a patient came"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = sa.text("disposition in ('waiting', 'with_person', 'paused')")
UNDECIDED = sa.text("decision is null")


def upgrade() -> None:
    with op.batch_alter_table("appointment") as table:
        table.add_column(sa.Column("attended", sa.String(length=6), nullable=True))
        table.add_column(sa.Column("visit_type", sa.String(length=10), nullable=False, server_default="routine"))
        table.create_check_constraint("attended", "attended in ('seen', 'missed')")
    _encounters()
    _follow_ups()
    for name in ("outreach_step", "conversation", "desk_item"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("follow_up_id", sa.Integer(), nullable=True))
            table.create_foreign_key(op.f(f"fk_{name}_follow_up_id_follow_up"), "follow_up", ["follow_up_id"], ["id"])
            table.create_index(op.f(f"ix_{name}_follow_up_id"), ["follow_up_id"])
    op.create_index("ix_conversation_contact_point_id_created_at", "conversation", ["contact_point_id", "created_at"])
    with op.batch_alter_table("outreach_step") as table:
        table.alter_column("appointment_id", existing_type=sa.Integer(), nullable=True)


def _encounters() -> None:
    op.create_table(
        "encounter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("visit_type", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "visit_type in ('routine', 'chronic', 'acute', 'procedure')", name=op.f("ck_encounter_visit_type")
        ),
        sa.CheckConstraint("decision in ('none_needed', 'captured')", name=op.f("ck_encounter_decision")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_encounter_patient_id_patient")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_encounter_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_encounter_decided_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encounter")),
        sa.UniqueConstraint("key", name=op.f("uq_encounter_key")),
    )
    op.create_index("ix_encounter_patient_id", "encounter", ["patient_id"])
    op.create_index("ix_encounter_undecided", "encounter", ["at"], sqlite_where=UNDECIDED, postgresql_where=UNDECIDED)


def _follow_ups() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=10), nullable=False),
        sa.Column("encounter_id", sa.Integer(), nullable=True),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("disposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disposed_by", sa.Integer(), nullable=True),
        sa.Column("happened_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("captured_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind in ('book', 'lab', 'referral', 'recall_chronic', 'recall_lapsed', 'no_show', 'callback', 'check_in')",
            name=op.f("ck_follow_up_kind"),
        ),
        sa.CheckConstraint("owner in ('nurses', 'front_desk')", name=op.f("ck_follow_up_owner")),
        sa.CheckConstraint(
            "disposition in ('waiting', 'with_person', 'paused', 'booked', 'done', 'well', 'not_needed', 'not_wanted', "
            "'not_reached', 'elsewhere', 'deceased', 'mistake')",
            name=op.f("ck_follow_up_disposition"),
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_follow_up_patient_id_patient")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounter.id"], name=op.f("fk_follow_up_encounter_id_encounter")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_follow_up_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(["happened_id"], ["appointment.id"], name=op.f("fk_follow_up_happened_id_appointment")),
        sa.ForeignKeyConstraint(["disposed_by"], ["staff.id"], name=op.f("fk_follow_up_disposed_by_staff")),
        sa.ForeignKeyConstraint(["captured_by"], ["staff.id"], name=op.f("fk_follow_up_captured_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("key", name=op.f("uq_follow_up_key")),
    )
    op.create_index("ix_follow_up_patient_id", "follow_up", ["patient_id"])
    op.create_index("ix_follow_up_happened_id", "follow_up", ["happened_id"])
    op.create_index("ix_follow_up_look_at", "follow_up", ["look_at"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index("ix_conversation_contact_point_id_created_at", "conversation")
    for name in ("outreach_step", "conversation", "desk_item"):
        with op.batch_alter_table(name) as table:
            table.drop_index(op.f(f"ix_{name}_follow_up_id"))
            table.drop_constraint(op.f(f"fk_{name}_follow_up_id_follow_up"), type_="foreignkey")
            table.drop_column("follow_up_id")
    op.drop_table("follow_up")
    op.drop_table("encounter")
    with op.batch_alter_table("appointment") as table:
        table.drop_constraint("attended", type_="check")
        table.drop_column("visit_type")
        table.drop_column("attended")
