"""The practice: its name, hours and places; one row, since one deployment is one practice."""

from datetime import time

from sqlalchemy import ForeignKey, String, Time
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Practice(Base):
    """The practice this deployment serves."""

    __tablename__ = "practice"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    time_zone: Mapped[str] = mapped_column(String(64))
    quiet_until: Mapped[time] = mapped_column(Time)  # outreach may begin, in the patient's zone
    quiet_from: Mapped[time] = mapped_column(Time)  # outreach must end


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
