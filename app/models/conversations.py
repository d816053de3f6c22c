"""Exchanges (what patients sent) and conversations (where a dialog stands with a number)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.sealing import Sealed

NO_WORDS = "keys"
"""The lane of a turn of a call in which nothing was said: there is nothing to read."""
LANES = (NO_WORDS, "routine", "unsure", "clinical")
"""How words were read, what tells most last."""


class Exchange(Base):
    """One inbound text, taken in exactly once: `key` is the carrier's MessageSid (P4)."""

    __tablename__ = "exchange"
    __table_args__ = (Index("ix_exchange_contact_point_id_received_at", "contact_point_id", "received_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    channel: Mapped[str] = mapped_column(String(5))
    contact_point_id: Mapped[int] = mapped_column(ForeignKey("contact_point.id"))
    to_number: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Sealed("exchange.body"))
    raw: Mapped[str | None] = mapped_column(Sealed("exchange.raw"))  # hex of the words as they came, when cleaned
    media_count: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # late, from the carrier's list (H59)
    lane: Mapped[str | None] = mapped_column(String(10))
    reading: Mapped[str | None] = mapped_column(Sealed("exchange.reading"))  # JSON, as `handrail classify` prints it
    outcome: Mapped[str | None] = mapped_column(String(20))  # see app.inbound.receiving
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    twiml: Mapped[str] = mapped_column(default="")  # what we answered; a repeat gets the same bytes
    said: Mapped[str | None] = mapped_column(
        Sealed("exchange.said")
    )  # the same on a call, where it may tell of a visit


class Conversation(Base):
    """A dialog under way with one number; at most one is live for a number (invariant I11)."""

    __tablename__ = "conversation"
    __table_args__ = (
        Index(
            "uq_conversation_live",
            "contact_point_id",
            unique=True,
            sqlite_where=text("state = 'live'"),
            postgresql_where=text("state = 'live'"),
        ),
        Index("ix_conversation_silent_at", "silent_at"),
        Index("ix_conversation_contact_point_id_created_at", "contact_point_id", "created_at"),
        Index("ix_conversation_appointment_id", "appointment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_point_id: Mapped[int] = mapped_column(ForeignKey("contact_point.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    appointment_version: Mapped[int | None]
    follow_up_id: Mapped[int | None] = mapped_column(ForeignKey("follow_up.id"), index=True)
    dialog: Mapped[str] = mapped_column(String(40))
    dialog_version: Mapped[int]
    channel: Mapped[str] = mapped_column(String(5))
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(10), default="live")  # live | ended
    place: Mapped[str | None] = mapped_column(String(40))  # the dialog's state we wait in
    misses: Mapped[int] = mapped_column(default=0)
    turn: Mapped[int] = mapped_column(default=1)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when the question that waits was written
    answer_by: Mapped[datetime] = mapped_column(UtcDateTime)  # the end of its life
    silent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when silence is an answer
    ended_as: Mapped[str | None] = mapped_column(String(40))
    saved: Mapped[str | None] = mapped_column(Sealed("conversation.saved"))  # JSON: what she answered so far, by name
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConversationVisit(Base):
    """A visit that a conversation asks about, as it was then: another one of the same day, beside its own appointment;
    or one of those on a shared phone, its own among them, each with the seat that its reply numbers go by."""

    __tablename__ = "conversation_visit"
    __table_args__ = (UniqueConstraint("conversation_id", "appointment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    appointment_version: Mapped[int]
    seat: Mapped[int | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
