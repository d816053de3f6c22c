"""Snow days: days that were called off, the patients whom that concerns, and the mark on their visits"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

STATES = ("listed", "waiting", "texted", "told", "call", "left", "undone")
AT_WORK = sa.text("look_at is not null")
STANDS = sa.text("undone_at is null")


def upgrade() -> None:
    op.create_table(
        "snow_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("declared_by", sa.Integer(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_snow_day_provider_id_provider")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_snow_day_location_id_location")),
        sa.ForeignKeyConstraint(["declared_by"], ["staff.id"], name=op.f("fk_snow_day_declared_by_staff")),
        sa.ForeignKeyConstraint(["undone_by"], ["staff.id"], name=op.f("fk_snow_day_undone_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snow_day")),
        sa.UniqueConstraint("key", name=op.f("uq_snow_day_key")),
    )
    op.create_index(
        "uq_snow_day_standing", "snow_day", ["day", "scope"], unique=True, sqlite_where=STANDS, postgresql_where=STANDS
    )
    op.create_table(
        "snow_day_patient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snow_day_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"state in {STATES}", name=op.f("ck_snow_day_patient_state")),
        sa.ForeignKeyConstraint(
            ["snow_day_id"], ["snow_day.id"], name=op.f("fk_snow_day_patient_snow_day_id_snow_day")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_snow_day_patient_patient_id_patient")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_snow_day_patient_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_up.id"], name=op.f("fk_snow_day_patient_follow_up_id_follow_up")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snow_day_patient")),
        sa.UniqueConstraint("snow_day_id", "patient_id", name=op.f("uq_snow_day_patient_snow_day_id_patient_id")),
    )
    op.create_index(op.f("ix_snow_day_patient_patient_id"), "snow_day_patient", ["patient_id"])
    op.create_index(
        "ix_snow_day_patient_look_at", "snow_day_patient", ["look_at"], sqlite_where=AT_WORK, postgresql_where=AT_WORK
    )
    with op.batch_alter_table("appointment") as appointment:
        appointment.add_column(sa.Column("snow_day_id", sa.Integer(), nullable=True))
        appointment.create_foreign_key(op.f("fk_appointment_snow_day_id_snow_day"), "snow_day", ["snow_day_id"], ["id"])
        appointment.create_index(op.f("ix_appointment_snow_day_id"), ["snow_day_id"])


def downgrade() -> None:
    with op.batch_alter_table("appointment") as appointment:
        appointment.drop_index(op.f("ix_appointment_snow_day_id"))
        appointment.drop_constraint(op.f("fk_appointment_snow_day_id_snow_day"), type_="foreignkey")
        appointment.drop_column("snow_day_id")
    op.drop_table("snow_day_patient")
    op.drop_table("snow_day")
