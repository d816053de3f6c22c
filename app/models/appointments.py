"""Appointments: booked plans, each change of which raises its version."""

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime

Side = Literal["patient", "practice"]
SIDES: tuple[Side, ...] = ("patient", "practice")


class Appointment(Base):
    """A booked plan to be seen; `version` rises when it is moved or cancelled, so that stale words never act."""

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("state in ('booked', 'cancelled')", name="state"),
        CheckConstraint("attended in ('seen', 'missed')", name="attended"),
        CheckConstraint(f"cancelled_by in {SIDES}", name="cancelled_by"),
        Index("ix_appointment_starts_at", "starts_at"),
        Index("ix_appointment_patient_id", "patient_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12), default="booked")
    cancelled_by: Mapped[str | None] = mapped_column(String(8))  # whose wish; None: nobody said
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attended: Mapped[str | None] = mapped_column(String(6))  # seen | missed; None: nobody has said
    visit_type: Mapped[str] = mapped_column(String(10), default="routine", server_default="routine")
    snow_day_id: Mapped[int | None] = mapped_column(ForeignKey("snow_day.id"), index=True)  # we called it off
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # moved, cancelled, confirmed, seen or missed
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OutreachStep(Base):
    """One step of a cadence for one version of an appointment or follow-up: done once, or why not (P6)."""

    __tablename__ = "outreach_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    # confirm:<appointment>:v<version>:<step> or follow_up:<follow-up>:v<version>:<step>
    key: Mapped[str] = mapped_column(String(80), unique=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"), index=True)
    follow_up_id: Mapped[int | None] = mapped_column(ForeignKey("follow_up.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))  # waiting | begun | dropped | task
    reason: Mapped[str] = mapped_column(String(40))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
