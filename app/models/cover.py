"""Who reads what comes in, and when: opening hours, closed days, the on-call calendar, staff telephones (DESIGN 5)."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Time, true
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime

LAST_PLACE = 3
"""So many people can be on call at once, called one after the other."""


class OpenHours(Base):
    """When the desk is staffed on one day of the week, on the practice's wall; a day without a row is closed.
    Equal times: round the clock; closing at or before the opening: of the next day."""

    __tablename__ = "open_hours"

    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 0 is Monday
    opens: Mapped[time] = mapped_column(Time)
    closes: Mapped[time] = mapped_column(Time)


class ClosedDay(Base):
    """A day on which the practice does not open, whatever its weekday: a holiday."""

    __tablename__ = "closed_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))


class Duty(Base):
    """Somebody is on call at a place of the ladder: each week, or on one day, which then counts before the weeks.
    Without `staff_id` nobody is. Never changed: it ends, and another one is entered."""

    __tablename__ = "duty"
    __table_args__ = (
        CheckConstraint(f"place between 1 and {LAST_PLACE}", name="place"),
        CheckConstraint("(weekday is null) <> (day is null)", name="weekly_or_once"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    place: Mapped[int]  # 1 is called first
    weekday: Mapped[int | None]
    day: Mapped[date | None] = mapped_column(Date, index=True)
    begins: Mapped[time] = mapped_column(Time)  # on the practice's wall
    ends: Mapped[time] = mapped_column(Time)  # at or before `begins`: of the next day
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffPhone(Base):
    """Where a member of staff is paged. `failed_at`: a page did not reach it, so it counts for nobody there."""

    __tablename__ = "staff_phone"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, autoincrement=False)
    contact_point_id: Mapped[int] = mapped_column(ForeignKey("contact_point.id"), index=True)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    called: Mapped[bool] = mapped_column(default=True, server_default=true())  # rung when a page goes unanswered
