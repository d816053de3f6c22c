"""Call recordings: a practice may offer callers whom nobody answers to leave a message"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

TIMES = ("look_at", "fetched_at", "heard_at", "removed_at")
WAITS = sa.text("look_at is not null")


def upgrade() -> None:
    with op.batch_alter_table("practice") as practice:
        practice.add_column(sa.Column("takes_messages", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "call_recording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("desk_item_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(7), nullable=False),
        sa.Column("carrier_id", sa.String(34), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("sound", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in TIMES),
        sa.CheckConstraint(
            "state in ('awaited', 'fetched', 'removed', 'nothing')", name=op.f("ck_call_recording_state")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["phone_call.id"], name=op.f("fk_call_recording_call_id_phone_call")),
        sa.ForeignKeyConstraint(
            ["desk_item_id"], ["desk_item.id"], name=op.f("fk_call_recording_desk_item_id_desk_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_recording")),
        sa.UniqueConstraint("call_id", name=op.f("uq_call_recording_call_id")),
        sa.UniqueConstraint("carrier_id", name=op.f("uq_call_recording_carrier_id")),
    )
    op.create_index("ix_call_recording_desk_item_id", "call_recording", ["desk_item_id"])
    op.create_index("ix_call_recording_look_at", "call_recording", ["look_at"],
                    sqlite_where=WAITS, postgresql_where=WAITS)  # fmt: skip


def downgrade() -> None:
    op.drop_table("call_recording")
    with op.batch_alter_table("practice") as practice:
        practice.drop_column("takes_messages")
