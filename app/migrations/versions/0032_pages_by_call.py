"""Pages by call: a call of ours may go to a nurse for what she was paged for"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

CAME_OF = ("talk", "voicemail", "hung_up", "not_reached")
OF_PAGES = ("taken", "not_taken")
PATIENTS = ("patient_id", "conversation_id")


def upgrade() -> None:
    with op.batch_alter_table("outgoing_call") as call:
        call.add_column(sa.Column("page_id", sa.Integer(), nullable=True))
        call.create_foreign_key(op.f("fk_outgoing_call_page_id_page"), "page", ["page_id"], ["id"])
        call.create_index(op.f("ix_outgoing_call_page_id"), ["page_id"])
        for name in PATIENTS:
            call.alter_column(name, existing_type=sa.Integer(), nullable=True)
        call.drop_constraint(op.f("ck_outgoing_call_came_of"), type_="check")
        call.create_check_constraint(op.f("ck_outgoing_call_came_of"), f"came_of in {(*CAME_OF, *OF_PAGES)}")
        call.create_check_constraint(
            op.f("ck_outgoing_call_whose"), "(page_id is null) = (conversation_id is not null)"
        )
    with op.batch_alter_table("staff_phone") as phone:
        phone.add_column(sa.Column("called", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.execute(
        "update phone_call set outgoing_id = null "
        "where outgoing_id in (select id from outgoing_call where page_id is not null)"
    )
    op.execute("delete from outgoing_call where page_id is not null")
    with op.batch_alter_table("staff_phone") as phone:
        phone.drop_column("called")
    with op.batch_alter_table("outgoing_call") as call:
        call.drop_constraint(op.f("ck_outgoing_call_whose"), type_="check")
        call.drop_constraint(op.f("ck_outgoing_call_came_of"), type_="check")
        call.create_check_constraint(op.f("ck_outgoing_call_came_of"), f"came_of in {CAME_OF}")
        for name in PATIENTS:
            call.alter_column(name, existing_type=sa.Integer(), nullable=False)
        call.drop_index(op.f("ix_outgoing_call_page_id"))
        call.drop_constraint(op.f("fk_outgoing_call_page_id_page"), type_="foreignkey")
        call.drop_column("page_id")
