"""Identity on calls"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("exchange") as exchange:
        exchange.add_column(sa.Column("said", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("phone_call") as call:
        call.add_column(sa.Column("patient_id", sa.Integer(), nullable=True))
        call.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        call.create_foreign_key(op.f("fk_phone_call_patient_id_patient"), "patient", ["patient_id"], ["id"])
    op.create_table(
        "identity_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["phone_call.id"], name=op.f("fk_identity_try_call_id_phone_call")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_identity_try_patient_id_patient")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_try")),
    )
    op.create_index("ix_identity_try_patient_id_at", "identity_try", ["patient_id", "at"])


def downgrade() -> None:
    op.drop_table("identity_try")
    with op.batch_alter_table("phone_call") as call:
        call.drop_column("tries")
        call.drop_column("patient_id")
    with op.batch_alter_table("exchange") as exchange:
        exchange.drop_column("said")
