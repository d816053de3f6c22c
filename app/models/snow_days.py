"""Snow days: a day, or one provider's or place's, that was called off; and each patient whom that concerns."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.sealing import Sealed

STATES = ("listed", "waiting", "texted", "told", "call", "left", "undone")
_STANDS, _AT_WORK = text("undone_at is null"), text("look_at is not null")


class SnowDay(Base):
    """At most one stands for a day and a scope; `key` is the form's, so that two presses are one."""

    __tablename__ = "snow_day"
    __table_args__ = (
        Index("uq_snow_day_standing", "day", "scope", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    day: Mapped[date] = mapped_column(Date)  # on the wall of each place
    scope: Mapped[str] = mapped_column(String(40))  # all | provider:<id> | location:<id> | both
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    reason: Mapped[str] = mapped_column(Sealed("snow_day.reason"))  # for staff; no text says it
    declared_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SnowDayPatient(Base):
    """A patient with visits on it: called off together, told once. `undone`: it was taken back; `left`: there was
    nothing to call off any more, or nobody to tell."""

    __tablename__ = "snow_day_patient"
    __table_args__ = (
        UniqueConstraint("snow_day_id", "patient_id"),
        CheckConstraint(f"state in {STATES}", name="state"),
        Index("ix_snow_day_patient_look_at", "look_at", sqlite_where=_AT_WORK, postgresql_where=_AT_WORK),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    snow_day_id: Mapped[int] = mapped_column(ForeignKey("snow_day.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))  # her first one that day
    follow_up_id: Mapped[int | None] = mapped_column(ForeignKey("follow_up.id"))  # by which she gets another time
    state: Mapped[str] = mapped_column(String(8), default="listed")
    reason: Mapped[str | None] = mapped_column(String(40))  # why she waits, or is called
    look_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the ticker looks at it next; None: it is done
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
