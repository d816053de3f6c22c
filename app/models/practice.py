"""The practice: its name, hours and places; one row, since one deployment is one practice."""

from datetime import datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, String, Time, false
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.sealing import Sealed

BASES = ("written", "spoken", "both", "earlier")


class Practice(Base):
    """The practice this deployment serves."""

    __tablename__ = "practice"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    time_zone: Mapped[str] = mapped_column(String(64))
    quiet_until: Mapped[time] = mapped_column(Time)  # outreach may begin, in the patient's zone
    quiet_from: Mapped[time] = mapped_column(Time)  # outreach must end
    rings_nurses: Mapped[bool] = mapped_column(default=False, server_default=false())  # while a caller is on the line
    takes_messages: Mapped[bool] = mapped_column(default=False, server_default=false())  # from whom nobody answers
    messages_kept_days: Mapped[int] = mapped_column(default=30, server_default="30")  # their sound


class Location(Base):
    """Where patients are seen."""

    __tablename__ = "location"

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    name: Mapped[str] = mapped_column(String(80))
    time_zone: Mapped[str] = mapped_column(String(64))


class Provider(Base):
    """A clinician whom patients see."""

    __tablename__ = "provider"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))


class GoAhead(Base):
    """That the practice may begin talks: who said so, when, and on which consent. Without it no outreach leaves.
    `earlier`: it had texted its patients before there was such a row (migration 0033), and no person said so."""

    __tablename__ = "go_ahead"
    __table_args__ = (CheckConstraint(f"basis in {BASES}", name="basis"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), unique=True)
    basis: Mapped[str] = mapped_column(String(8))
    kept: Mapped[str | None] = mapped_column(Sealed("go_ahead.kept"))  # where the consents are kept, in staff's words
    given_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
