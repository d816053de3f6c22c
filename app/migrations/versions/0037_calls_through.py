"""Calls through: a nurse is rung and put through to the patient of an item"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

CAME_OF = ("talk", "voicemail", "hung_up", "not_reached", "taken", "not_taken")
THROUGH = "put_through"
KINDS = ("conversation_id", "page_id", "desk_item_id")
DIALLED = ("completed", "busy", "no_answer", "failed", "canceled")
RESULTS = ("reached", "voicemail", "nobody")
REFERS = {"outgoing_id": "outgoing_call", "staff_id": "staff", "contact_point_id": "contact_point"}


def upgrade() -> None:
    one_of_them = " + ".join(f"(case when {name} is null then 0 else 1 end)" for name in KINDS)
    with op.batch_alter_table("outgoing_call") as call:
        call.add_column(sa.Column("desk_item_id", sa.Integer(), nullable=True))
        call.create_foreign_key(
            op.f("fk_outgoing_call_desk_item_id_desk_item"), "desk_item", ["desk_item_id"], ["id"]
        )  # fmt: skip
        call.create_index(op.f("ix_outgoing_call_desk_item_id"), ["desk_item_id"])
        call.drop_constraint(op.f("ck_outgoing_call_whose"), type_="check")
        call.create_check_constraint(op.f("ck_outgoing_call_whose"), f"{one_of_them} = 1")
        call.drop_constraint(op.f("ck_outgoing_call_came_of"), type_="check")
        call.create_check_constraint(op.f("ck_outgoing_call_came_of"), f"came_of in {(*CAME_OF, THROUGH)}")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "call_through",
        sa.Column("outgoing_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("contact_point_id", sa.Integer(), nullable=False),
        sa.Column("put_through_at", moment, nullable=True),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("dialled", sa.String(10), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(9), nullable=True),
        sa.CheckConstraint(f"dialled in {DIALLED}", name=op.f("ck_call_through_dialled")),
        sa.CheckConstraint(f"result in {RESULTS}", name=op.f("ck_call_through_result")),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_call_through_{name}_{table}"))
            for name, table in REFERS.items()
        ),
        sa.PrimaryKeyConstraint("outgoing_id", name=op.f("pk_call_through")),
    )


def downgrade() -> None:
    op.drop_table("call_through")
    op.execute(
        "update phone_call set outgoing_id = null "
        "where outgoing_id in (select id from outgoing_call where desk_item_id is not null)"
    )
    op.execute("delete from outgoing_call where desk_item_id is not null")
    with op.batch_alter_table("outgoing_call") as call:
        call.drop_constraint(op.f("ck_outgoing_call_came_of"), type_="check")
        call.create_check_constraint(op.f("ck_outgoing_call_came_of"), f"came_of in {CAME_OF}")
        call.drop_constraint(op.f("ck_outgoing_call_whose"), type_="check")
        call.create_check_constraint(
            op.f("ck_outgoing_call_whose"), "(page_id is null) = (conversation_id is not null)"
        )  # fmt: skip
        call.drop_index(op.f("ix_outgoing_call_desk_item_id"))
        call.drop_constraint(op.f("fk_outgoing_call_desk_item_id_desk_item"), type_="foreignkey")
        call.drop_column("desk_item_id")
