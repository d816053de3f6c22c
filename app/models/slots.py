"""Slots: times of a clinician's, one winner each (P8, H41)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime

SLOT_STATES = ("freed", "free", "held", "booked", "closed")
_LIVE = text("state <> 'closed'")
_BOOKED = text("state = 'booked'")


class Slot(Base):
    """A time of a clinician's in which a visit fits: free, held for an offer, booked with an appointment; `freed` while
    nobody has said yet that it is free in the EHR too; `closed` when it was taken back. `version` rises with each."""

    __tablename__ = "slot"
    __table_args__ = (
        CheckConstraint(f"state in {SLOT_STATES}", name="state"),
        Index("uq_slot_live", "provider_id", "starts_at", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("uq_slot_booked", "appointment_id", unique=True, sqlite_where=_BOOKED, postgresql_where=_BOOKED),
        Index("ix_slot_state_starts_at", "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    visit_kind: Mapped[str | None] = mapped_column(String(40))  # the practice’s own word; None: any
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(6), default="free")
    appointment_id: Mapped[int | None] = mapped_column(
        ForeignKey("appointment.id")
    )  # booked: whose; freed: whose it was
    entry_key: Mapped[str | None] = mapped_column(String(60))  # freed: the task whose end says that the EHR knows
    in_turn_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # offered in turn, as this person said
    put_up_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # None: it was given up
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60
