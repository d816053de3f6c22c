"""Encounters (care that took place) and follow-ups (what must come after it), each owned and dated."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.sealing import Sealed

VISIT_TYPES = ("routine", "chronic", "acute", "procedure")
KINDS = ("book", "lab", "referral", "recall_chronic", "recall_lapsed", "no_show", "callback", "check_in")
OWNERS = ("nurses", "front_desk")
OPEN = ("waiting", "with_person", "paused")
CLOSED = ("booked", "done", "well", "not_needed", "not_wanted", "not_reached", "elsewhere", "deceased", "mistake")
DECISIONS = ("none_needed", "captured")
_OPEN = text(f"disposition in {OPEN}")


class Encounter(Base):
    """Care that took place. Somebody decides what follows from it; until then it is a leak."""

    __tablename__ = "encounter"
    __table_args__ = (
        CheckConstraint(f"visit_type in {VISIT_TYPES}", name="visit_type"),
        CheckConstraint(f"decision in {DECISIONS}", name="decision"),
        Index("ix_encounter_patient_id", "patient_id"),
        Index("ix_encounter_undecided", "at", sqlite_where=text("decision is null"),
              postgresql_where=text("decision is null")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)  # appointment:<id>, or the record's own
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    visit_type: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    decision: Mapped[str | None] = mapped_column(String(12))  # none_needed | captured; None: nobody has decided
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FollowUp(Base):
    """A need: something that must come after an encounter. `disposition` says at every moment how it stands;
    `version` rises with each new date and each end, so that what was said for it before is not said for it now."""

    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(f"owner in {OWNERS}", name="owner"),
        CheckConstraint(f"disposition in {(*OPEN, *CLOSED)}", name="disposition"),
        Index("ix_follow_up_patient_id", "patient_id"),
        Index("ix_follow_up_happened_id", "happened_id"),
        Index("ix_follow_up_due_on", "due_on"),
        Index("ix_follow_up_look_at", "look_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)  # why it is there, so that it is captured once
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    kind: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str] = mapped_column(String(10))  # the list on which a person gets it
    encounter_id: Mapped[int | None] = mapped_column(ForeignKey("encounter.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))  # the one that was missed
    due_on: Mapped[date] = mapped_column(Date)  # by when it should have happened, on the practice's wall
    look_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when it is looked at next, while it is open
    attempts: Mapped[int] = mapped_column(default=0)
    disposition: Mapped[str] = mapped_column(String(12), default="waiting")
    reason: Mapped[str | None] = mapped_column(String(40))  # why it is paused
    disposed_at: Mapped[datetime] = mapped_column(UtcDateTime)  # since when it stands so
    disposed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    happened_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))  # the visit that closed it
    note: Mapped[str | None] = mapped_column(Sealed("follow_up.note"))
    captured_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    @property
    def is_open(self) -> bool:
        return self.disposition in OPEN
