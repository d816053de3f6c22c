"""The go-ahead for outreach: who gave it, when, on which consent; who has texted patients before has it"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BASES = ("written", "spoken", "both", "earlier")


def upgrade() -> None:
    op.create_table(
        "go_ahead",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=8), nullable=False),
        sa.Column("kept", sa.LargeBinary(), nullable=True),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"basis in {BASES}", name=op.f("ck_go_ahead_basis")),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_go_ahead_practice_id_practice")),
        sa.ForeignKeyConstraint(["given_by"], ["staff.id"], name=op.f("fk_go_ahead_given_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_go_ahead")),
        sa.UniqueConstraint("practice_id", name=op.f("uq_go_ahead_practice_id")),
    )
    # Nobody's reminders stop by an upgrade: whose texts have left before is open, as of the first of them.
    op.execute(
        "insert into go_ahead (practice_id, basis, given_at) "
        "select min(practice.id), 'earlier', min(outbox.claimed_at) from practice, outbox "
        "where outbox.message_class = 'outreach' and outbox.state in ('accepted', 'sent', 'delivered') "
        "and outbox.claimed_at is not null "
        "having count(*) > 0"
    )


def downgrade() -> None:
    op.drop_table("go_ahead")
