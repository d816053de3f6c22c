"""Nurse on the line: a practice may have its nurses rung for who speaks of a symptom on a call"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

REFERS = {"call_id": "phone_call", "desk_item_id": "desk_item", "staff_id": "staff"}


def upgrade() -> None:
    with op.batch_alter_table("practice") as practice:
        practice.add_column(sa.Column("rings_nurses", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "nurse_ring",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in REFERS),
        sa.Column("token", sa.String(43), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("rang_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.CheckConstraint("state in ('ringing', 'taken', 'not_taken')", name=op.f("ck_nurse_ring_state")),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_nurse_ring_{name}_{table}"))
            for name, table in REFERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nurse_ring")),
        sa.UniqueConstraint("token", name=op.f("uq_nurse_ring_token")),
        sa.UniqueConstraint("call_id", "staff_id", name=op.f("uq_nurse_ring_call_id_staff_id")),
    )


def downgrade() -> None:
    op.drop_table("nurse_ring")
    with op.batch_alter_table("practice") as practice:
        practice.drop_column("rings_nurses")
