"""Outgoing calls"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STATES = (
    "queued", "sending", "accepted", "ringing", "answered", "completed", "busy", "no_answer", "failed", "canceled",
    "unknown", "withheld",
)  # fmt: skip
CAME_OF = ("talk", "voicemail", "hung_up", "not_reached")
REFERS = ("contact_point", "patient", "conversation", "appointment")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "outgoing_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        *(sa.Column(f"{name}_id", sa.Integer(), nullable=name == "appointment") for name in REFERS),
        sa.Column("appointment_version", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("token", sa.String(43), nullable=False),
        sa.Column("carrier_id", sa.String(34), nullable=True),
        sa.Column("answered_by", sa.String(20), nullable=True),
        sa.Column("came_of", sa.String(12), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("looked_for", sa.Integer(), nullable=False),
        sa.Column("not_before", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("lease_until", moment, nullable=True),
        sa.Column("error_code", sa.String(10), nullable=True),
        sa.Column("reason", sa.String(40), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("claimed_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.CheckConstraint(f"state in {STATES}", name=op.f("ck_outgoing_call_state")),
        sa.CheckConstraint(f"came_of in {CAME_OF}", name=op.f("ck_outgoing_call_came_of")),
        *(
            sa.ForeignKeyConstraint([f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_outgoing_call_{name}_id_{name}"))
            for name in REFERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_call")),
        *(sa.UniqueConstraint(name, name=op.f(f"uq_outgoing_call_{name}")) for name in ("key", "token", "carrier_id")),
    )
    queued, unsettled = sa.text("state = 'queued'"), sa.text("came_of is null")
    op.create_index("ix_outgoing_call_not_before", "outgoing_call", ["not_before"], sqlite_where=queued,
                    postgresql_where=queued)  # fmt: skip
    op.create_index("ix_outgoing_call_unsettled", "outgoing_call", ["claimed_at"], sqlite_where=unsettled,
                    postgresql_where=unsettled)  # fmt: skip
    for name in ("contact_point_id", "claimed_at"):
        op.create_index(f"ix_outgoing_call_{name}", "outgoing_call", [name])
    op.create_index(op.f("ix_outgoing_call_conversation_id"), "outgoing_call", ["conversation_id"])
    with op.batch_alter_table("patient") as patient:
        patient.add_column(sa.Column("channel", sa.String(5), nullable=False, server_default="sms"))
    with op.batch_alter_table("contact_point") as point:
        point.add_column(sa.Column("calls_agreed_at", moment, nullable=True))
    with op.batch_alter_table("phone_call") as call:
        call.add_column(sa.Column("outgoing_id", sa.Integer(), nullable=True))
        call.create_foreign_key(op.f("fk_phone_call_outgoing_id_outgoing_call"), "outgoing_call", ["outgoing_id"],
                                ["id"])  # fmt: skip
        call.create_unique_constraint(op.f("uq_phone_call_outgoing_id"), ["outgoing_id"])


def downgrade() -> None:
    with op.batch_alter_table("phone_call") as call:
        call.drop_column("outgoing_id")
    with op.batch_alter_table("contact_point") as point:
        point.drop_column("calls_agreed_at")
    with op.batch_alter_table("patient") as patient:
        patient.drop_column("channel")
    op.drop_table("outgoing_call")
