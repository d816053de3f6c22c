"""Offered times: an offer may hold several, of which one is taken"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "offered_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=5), nullable=False),
        sa.CheckConstraint("state in ('open', 'taken', 'over')", name=op.f("ck_offered_time_state")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offered_time_offer_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_offered_time_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offered_time")),
        sa.UniqueConstraint("offer_id", "number", name=op.f("uq_offered_time_offer_id_number")),
    )
    op.execute(
        "insert into offered_time (offer_id, slot_id, number, state) select id, slot_id, 1, "
        "case state when 'open' then 'open' when 'accepted' then 'taken' else 'over' end from offer order by id"
    )
    op.create_index(
        "uq_offered_time_open_slot",
        "offered_time",
        ["slot_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index(op.f("ix_offered_time_slot_id"), "offered_time", ["slot_id"])
    op.drop_index("uq_offer_open_slot", table_name="offer")
    with op.batch_alter_table("offer") as table:
        table.drop_constraint("fk_offer_slot_id", type_="foreignkey")
        table.drop_column("slot_id")


def downgrade() -> None:
    with op.batch_alter_table("offer") as table:
        table.add_column(sa.Column("slot_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_offer_slot_id"), "slot", ["slot_id"], ["id"])
    op.execute(
        "update offer set slot_id = (select slot_id from offered_time where offer_id = offer.id "
        "order by case state when 'taken' then 0 else number end limit 1)"
    )
    with op.batch_alter_table("offer") as table:
        table.alter_column("slot_id", existing_type=sa.Integer(), nullable=False)
    op.create_index("uq_offer_open_slot", "offer", ["slot_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.drop_table("offered_time")
