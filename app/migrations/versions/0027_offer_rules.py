"""Offer rules: the practice's choice, for each kind of visit, of how times are offered"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offer_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_type", sa.String(length=10), nullable=False),
        sa.Column("mode", sa.String(length=9), nullable=False),
        sa.Column("at_once", sa.Integer(), nullable=False),
        sa.Column("hold_minutes", sa.Integer(), nullable=False),
        sa.Column("notice_hours", sa.Integer(), nullable=False),
        sa.Column("from_hour", sa.Integer(), nullable=False),
        sa.Column("until_hour", sa.Integer(), nullable=False),
        sa.Column("a_week", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "visit_type in ('routine', 'chronic', 'acute', 'procedure')", name=op.f("ck_offer_rule_visit_type")
        ),
        sa.CheckConstraint("mode in ('assign', 'suggest', 'automatic')", name=op.f("ck_offer_rule_mode")),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name=op.f("fk_offer_rule_changed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_rule")),
        sa.UniqueConstraint("visit_type", name=op.f("uq_offer_rule_visit_type")),
    )


def downgrade() -> None:
    op.drop_table("offer_rule")
