"""Offers of times: one open one for a patient, and each time in one alone (H41, H42)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.models.follow_ups import VISIT_TYPES

OFFER_STATES = ("open", "accepted", "declined", "lapsed", "withdrawn")
MODES = ("assign", "suggest", "automatic")
TIME_STATES = ("open", "taken", "over")
MOST_AT_ONCE = 3
"""Times in one offer."""
_OPEN = text("state = 'open'")


class Offer(Base):
    """Some times held for one patient who waits, until she takes one or none, or the hold is over; a patient has one
    open offer."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint(f"state in {OFFER_STATES}", name="state"),
        Index("uq_offer_open_patient", "patient_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_offer_request_id", "request_id"),
        Index("ix_offer_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
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


class OfferedTime(Base):
    """A slot that an offer holds, with the number by which it is taken; a slot is open in one offer alone."""

    __tablename__ = "offered_time"
    __table_args__ = (
        CheckConstraint(f"state in {TIME_STATES}", name="state"),
        UniqueConstraint("offer_id", "number"),
        Index("uq_offered_time_open_slot", "slot_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(5), default="open")


class OfferRule(Base):
    """How times are offered to those who wait for one kind of visit; without a row staff assign them. Hours are those
    on the practice's wall, the last one not included."""

    __tablename__ = "offer_rule"
    __table_args__ = (
        CheckConstraint(f"visit_type in {VISIT_TYPES}", name="visit_type"),
        CheckConstraint(f"mode in {MODES}", name="mode"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_type: Mapped[str] = mapped_column(String(10), unique=True)
    mode: Mapped[str] = mapped_column(String(9))
    at_once: Mapped[int]
    hold_minutes: Mapped[int]
    notice_hours: Mapped[int]
    from_hour: Mapped[int]
    until_hour: Mapped[int]
    a_week: Mapped[int]
    lets_go: Mapped[bool] = mapped_column(default=False)  # what is given up is free at once, before the EHR knows
    version: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
