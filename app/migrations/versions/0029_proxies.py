"""People who may speak for a patient"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proxy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("relation", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=True),
        sa.Column("may_hear", sa.String(length=10), nullable=False),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("may_hear in ('visits', 'everything')", name=op.f("ck_proxy_may_hear")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_proxy_patient_id")),
        sa.ForeignKeyConstraint(["noted_by"], ["staff.id"], name=op.f("fk_proxy_noted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy")),
    )
    op.create_index(op.f("ix_proxy_patient_id"), "proxy", ["patient_id"])


def downgrade() -> None:
    op.drop_table("proxy")
