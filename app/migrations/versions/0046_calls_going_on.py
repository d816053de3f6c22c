"""Which calls go on is asked every second: each holds a line (decision 0102)"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

GOES_ON = sa.text("ended_at is null")


def upgrade() -> None:
    op.create_index(
        "ix_phone_call_going_on", "phone_call", ["heard_at"], sqlite_where=GOES_ON, postgresql_where=GOES_ON
    )


def downgrade() -> None:
    op.drop_index("ix_phone_call_going_on", "phone_call")
