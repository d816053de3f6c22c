"""Appointments: whose wish it was to cancel one; nobody said so of those before (decision 0103)"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

SIDES = ("patient", "practice")


def upgrade() -> None:
    with op.batch_alter_table("appointment") as appointment:
        appointment.add_column(sa.Column("cancelled_by", sa.String(8)))
        appointment.create_check_constraint(op.f("ck_appointment_cancelled_by"), f"cancelled_by in {SIDES}")


def downgrade() -> None:
    with op.batch_alter_table("appointment") as appointment:
        appointment.drop_constraint(op.f("ck_appointment_cancelled_by"), type_="check")
        appointment.drop_column("cancelled_by")
