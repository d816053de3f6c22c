"""Changes of visits, for the practice's own system"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=9), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was_provider_id", sa.Integer(), nullable=True),
        sa.Column("was_location_id", sa.Integer(), nullable=True),
        sa.Column("was_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("what in ('booked', 'moved', 'cancelled')", name=op.f("ck_visit_change_what")),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_visit_change_{column}"))
            for column, target in (
                ("appointment_id", "appointment.id"),
                ("provider_id", "provider.id"),
                ("location_id", "location.id"),
                ("was_provider_id", "provider.id"),
                ("was_location_id", "location.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_change")),
        sa.UniqueConstraint("key", name=op.f("uq_visit_change_key")),
    )
    op.create_index(op.f("ix_visit_change_appointment_id"), "visit_change", ["appointment_id"])


def downgrade() -> None:
    op.drop_table("visit_change")
