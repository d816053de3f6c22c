"""The outbox: every outbound text is a row before it is anything else."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.sealing import Sealed

STATES = ("pending", "sending", "accepted", "sent", "delivered", "failed", "unknown", "withheld")
CLASSES = ("safety", "reply", "outreach")


class Outbound(Base):
    """One text to one number. `key` is its reason in words, unique for ever, so that nothing is said twice (P5)."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint(f"message_class in {CLASSES}", name="message_class"),
        Index("ix_outbox_due", "priority", "not_before", sqlite_where=text("state = 'pending'"),
              postgresql_where=text("state = 'pending'")),
        Index("ix_outbox_state", "state"),
        Index("ix_outbox_contact_point_id_created_at", "contact_point_id", "created_at"),
        Index("ix_outbox_sent_at", "sent_at", "text_name", "segments"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    message_class: Mapped[str] = mapped_column(String(10))
    priority: Mapped[int]  # 0 safety, 1 reply, 2 outreach: safety goes first (P9)
    channel: Mapped[str] = mapped_column(String(5))
    contact_point_id: Mapped[int] = mapped_column(ForeignKey("contact_point.id"))
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))
    body: Mapped[str] = mapped_column(Sealed("outbox.body"))
    segments: Mapped[int | None]  # as the carrier counts them; None in rows from before they were counted
    language: Mapped[str] = mapped_column(String(2))
    text_name: Mapped[str] = mapped_column(String(80))  # which text of dialogs/ it is, or "staff"
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    desk_item_id: Mapped[int | None] = mapped_column(ForeignKey("desk_item.id"), index=True)
    exchange_id: Mapped[int | None] = mapped_column(ForeignKey("exchange.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    appointment_version: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10), default="pending")
    token: Mapped[str] = mapped_column(String(43), unique=True)  # opaque, in the StatusCallback URL (HAZARDS F4)
    carrier_id: Mapped[str | None] = mapped_column(String(40), unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    looked_for: Mapped[int] = mapped_column(default=0, server_default="0")  # times in the carrier's list, in vain
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error_code: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(40))  # why withheld, failed or unknown
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeliveryEvent(Base):
    """One status callback as it came; append-only, in whatever order (hazard H53)."""

    __tablename__ = "delivery_event"
    __table_args__ = (UniqueConstraint("carrier_id", "status", "error_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    outbound_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), index=True)
    carrier_id: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))
    error_code: Mapped[str] = mapped_column(String(10), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
