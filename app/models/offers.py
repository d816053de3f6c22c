"""Offers of a slot: one open one for a slot, and one for a patient (H41, H42)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime

OFFER_STATES = ("open", "accepted", "declined", "lapsed", "withdrawn")
_OPEN = text("state = 'open'")


class Offer(Base):
    """One slot held for one patient who waits, until she answers or the hold is over; a slot has one open offer, and so
    has a patient."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint(f"state in {OFFER_STATES}", name="state"),
        Index("uq_offer_open_slot", "slot_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("uq_offer_open_patient", "patient_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_offer_request_id", "request_id"),
        Index("ix_offer_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("waitlist_request.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), unique=True)  # once it was asked
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))  # accepted: what it became
    state: Mapped[str] = mapped_column(String(9), default="open")
    reason: Mapped[str | None] = mapped_column(String(40))  # why it waits to be asked, or is over
    made_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # from when it was asked
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
