"""The monthly review: when an appointment was last changed, what a text costs in segments, and ways to find them"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

CHANGES = ("appointment_moved", "appointment_cancelled", "appointment_confirmed", "visit_seen", "visit_missed")
TAKEN = sa.text("kind in ('claimed', 'closed')")


def upgrade() -> None:
    op.add_column("appointment", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(_as_the_record_says())
    op.add_column("outbox", sa.Column("segments", sa.Integer(), nullable=True))
    op.create_index("ix_outbox_sent_at", "outbox", ["sent_at", "text_name", "segments"])
    op.create_index("ix_entry_taken", "entry", ["at"], sqlite_where=TAKEN, postgresql_where=TAKEN)
    op.create_index("ix_follow_up_due_on", "follow_up", ["due_on"])
    op.create_index("ix_desk_item_opened_at", "desk_item", ["opened_at"])


def _as_the_record_says() -> sa.Update:
    """Each appointment's last change, from its patient's own entries."""
    appointment = sa.table(
        "appointment", sa.column("id", sa.Integer), sa.column("patient_id", sa.Integer), sa.column("changed_at")
    )
    entry = sa.table(
        "entry", sa.column("stream", sa.String), sa.column("kind"), sa.column("at"), sa.column("details", sa.JSON)
    )
    last = sa.select(sa.func.max(entry.c.at)).where(
        entry.c.stream == sa.literal("patient:", sa.String) + sa.cast(appointment.c.patient_id, sa.String),
        entry.c.kind.in_(CHANGES),
        entry.c.details["appointment"].as_integer() == appointment.c.id,
    )
    return sa.update(appointment).values(changed_at=last.correlate(appointment).scalar_subquery())


def downgrade() -> None:
    op.drop_index("ix_desk_item_opened_at", "desk_item")
    op.drop_index("ix_follow_up_due_on", "follow_up")
    op.drop_index("ix_entry_taken", "entry")
    op.drop_index("ix_outbox_sent_at", "outbox")
    op.drop_column("outbox", "segments")
    op.drop_column("appointment", "changed_at")
