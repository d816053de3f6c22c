"""Proposals for the word lists, and the daily sample"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "list_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exchange_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=5), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("source in ('called_clinical', 'marked', 'sample')", name=op.f("ck_list_proposal_source")),
        sa.CheckConstraint("state in ('open', 'taken', 'left')", name=op.f("ck_list_proposal_state")),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_list_proposal_exchange_id_exchange")),
        sa.ForeignKeyConstraint(["proposed_by"], ["staff.id"], name=op.f("fk_list_proposal_proposed_by_staff")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_list_proposal_decided_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_proposal")),
        sa.UniqueConstraint("exchange_id", name=op.f("uq_list_proposal_exchange_id")),
    )
    op.create_index("ix_list_proposal_state", "list_proposal", ["state", "id"])
    op.create_table(
        "sampled_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exchange_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("drawn", sa.String(length=8), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=True),
        sa.Column("judged_by", sa.Integer(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("drawn in ('random', 'nearest')", name=op.f("ck_sampled_text_drawn")),
        sa.CheckConstraint("verdict in ('right', 'missed')", name=op.f("ck_sampled_text_verdict")),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_sampled_text_exchange_id_exchange")),
        sa.ForeignKeyConstraint(["judged_by"], ["staff.id"], name=op.f("fk_sampled_text_judged_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampled_text")),
        sa.UniqueConstraint("exchange_id", name=op.f("uq_sampled_text_exchange_id")),
    )
    op.create_index("ix_sampled_text_day", "sampled_text", ["day"])
    op.create_index("ix_sampled_text_judged_at", "sampled_text", ["judged_at"])


def downgrade() -> None:
    op.drop_table("sampled_text")
    op.drop_table("list_proposal")
