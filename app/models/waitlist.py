"""Who waits for a time, and for which."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.sealing import Sealed

REQUEST_STATES = ("waiting", "filled", "closed")
_WAITING = text("state = 'waiting'")


class WaitlistRequest(Base):
    """Somebody waits for a time: for another one instead of an appointment, or for a first one. What is not said is
    open: any day, any clinician."""

    __tablename__ = "waitlist_request"
    __table_args__ = (
        CheckConstraint(f"state in {REQUEST_STATES}", name="state"),
        Index("uq_waitlist_request_waiting", "appointment_id", unique=True,
              sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_waitlist_request_state_created_at", "state", "created_at"),
        Index("ix_waitlist_request_patient_id", "patient_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))  # the one to be given up for it
    visit_kind: Mapped[str | None] = mapped_column(String(40))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    earliest: Mapped[date | None] = mapped_column(Date)
    latest: Mapped[date | None] = mapped_column(Date)
    days: Mapped[str] = mapped_column(String(27), default="")  # "mon tue"; none: any
    parts: Mapped[str] = mapped_column(String(25), default="")  # "morning afternoon"; none: any
    notice_hours: Mapped[int] = mapped_column(default=2)
    said: Mapped[str | None] = mapped_column(Sealed("waitlist_request.said"))  # for staff, in her words or theirs
    source: Mapped[str] = mapped_column(String(7))  # patient | staff
    state: Mapped[str] = mapped_column(String(7), default="waiting")
    reason: Mapped[str | None] = mapped_column(String(40))  # why it is over
    entry_key: Mapped[str | None] = mapped_column(String(60))  # filled: the change of her visit that filled it
    owed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # we owe her a time: she is first
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
