"""Who waits because a time that she was given was not there: she is first in line (decision 0064)"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("waitlist_request", sa.Column("owed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("waitlist_request", "owed_at")
