"""Asked provider: on whose word an item that rests is waiting"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("desk_item") as table:
        table.add_column(sa.Column("asked_provider_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_desk_item_asked_provider_id_provider"), "provider", ["asked_provider_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("desk_item") as table:
        table.drop_constraint("fk_desk_item_asked_provider_id_provider", type_="foreignkey")
        table.drop_column("asked_provider_id")
