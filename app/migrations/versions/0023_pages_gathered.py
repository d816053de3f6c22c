"""One page for several items"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_item",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("desk_item_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_page_item_page_id_page")),
        sa.ForeignKeyConstraint(["desk_item_id"], ["desk_item.id"], name=op.f("fk_page_item_desk_item_id_desk_item")),
        sa.PrimaryKeyConstraint("page_id", "desk_item_id", name=op.f("pk_page_item")),
    )
    op.create_index("ix_page_item_desk_item_id", "page_item", ["desk_item_id"])
    op.execute(
        "insert into page_item (page_id, desk_item_id, step)"
        " select id, desk_item_id, step from page where desk_item_id is not null"
    )
    op.drop_index("ix_page_desk_item_id", table_name="page")
    with op.batch_alter_table("page") as page:
        page.drop_constraint(op.f("fk_page_desk_item_id_desk_item"), type_="foreignkey")
        page.drop_column("desk_item_id")
        page.drop_column("step")
        page.add_column(sa.Column("gathers", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("page") as page:
        page.drop_column("gathers")
        page.add_column(sa.Column("step", sa.Integer(), server_default=sa.text("0"), nullable=False))
        page.add_column(sa.Column("desk_item_id", sa.Integer(), nullable=True))
        page.create_foreign_key(op.f("fk_page_desk_item_id_desk_item"), "desk_item", ["desk_item_id"], ["id"])
    op.create_index("ix_page_desk_item_id", "page", ["desk_item_id"])
    op.execute("update page set desk_item_id = (select min(desk_item_id) from page_item where page_id = page.id)")
    op.execute(
        "update page set step = coalesce((select step from page_item"
        " where page_id = page.id and page_item.desk_item_id = page.desk_item_id), 0)"
    )
    op.drop_table("page_item")
