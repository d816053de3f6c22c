"""Numbers that reached a patient until somebody detached them"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("contact_point_id", sa.Integer(), nullable=False),
        sa.Column("detached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_former_number_contact_point_id_contact_point")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_former_number_patient_id_patient")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_number")),
    )
    op.create_index(op.f("ix_former_number_contact_point_id"), "former_number", ["contact_point_id"])
    op.create_index(op.f("ix_former_number_patient_id"), "former_number", ["patient_id"])


def downgrade() -> None:
    op.drop_table("former_number")
