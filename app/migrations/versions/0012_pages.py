"""Pages, and when an item's ladder was climbed in vain"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("desk_item_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("outbound_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("rang_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["desk_item_id"], ["desk_item.id"], name=op.f("fk_page_desk_item_id_desk_item")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_page_staff_id_staff")),
        sa.ForeignKeyConstraint(["outbound_id"], ["outbox.id"], name=op.f("fk_page_outbound_id_outbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("outbound_id", name=op.f("uq_page_outbound_id")),
    )
    op.create_index("ix_page_desk_item_id", "page", ["desk_item_id"])
    op.create_index("ix_page_staff_id_rang_at", "page", ["staff_id", "rang_at"])
    op.add_column("desk_item", sa.Column("unanswered_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("desk_item", "unanswered_at")
    op.drop_table("page")
