"""Patients and their contact points (numbers, which may be shared)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime
from app.sealing import Gap, Sealed


def first_name(name: str) -> str:
    """How a text greets whoever bears this name."""
    return name.split()[0]


class Patient(Base):
    """A person the practice cares for."""

    __tablename__ = "patient"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Sealed("patient.name"))
    birth_date: Mapped[str | None] = mapped_column(Sealed("patient.birth_date"))  # ISO date
    language: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str | None] = mapped_column(String(64))  # None: the practice's
    deceased_on: Mapped[date | None]
    do_not_contact: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[str] = mapped_column(String(5), default="sms", server_default="sms")  # or voice: she is called
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def first_name(self) -> str:
        """How a text greets her."""
        return first_name(self.name)

    def years(self, today: date) -> int | None:
        """How old she is on that day, if that is known."""
        if self.birth_date is None or isinstance(self.birth_date, Gap):
            return None
        year, month, day = (int(part) for part in self.birth_date.split("-"))
        return today.year - year - ((today.month, today.day) < (month, day))


class PatientNameIndex(Base):
    """Blind indexes of a patient's name words and their prefixes (DESIGN 7)."""

    __tablename__ = "patient_name_index"

    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, index=True)


class ContactPoint(Base):
    """A telephone number we have spoken with or may speak with; its row is the lock of its conversation."""

    __tablename__ = "contact_point"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Sealed("contact_point.number"))  # E.164, or a short code
    number_index: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    opted_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cannot_text: Mapped[str | None] = mapped_column(String(40))  # why: landline, unknown number, …
    calls_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # since when our system may ring it
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PatientContactPoint(Base):
    """Whose number it is; several patients may share one (hazard H25)."""

    __tablename__ = "patient_contact_point"
    __table_args__ = (
        UniqueConstraint("patient_id", "contact_point_id"),
        Index("ix_patient_contact_point_contact_point_id", "contact_point_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    contact_point_id: Mapped[int] = mapped_column(ForeignKey("contact_point.id"))
    position: Mapped[int] = mapped_column(default=1)  # 1 is tried first
    attached_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FormerNumber(Base):
    """A number that reached a patient until then: what was said there before may have been hers (P13, H25)."""

    __tablename__ = "former_number"

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    contact_point_id: Mapped[int] = mapped_column(ForeignKey("contact_point.id"), index=True)
    detached_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConsentEvent(Base):
    """Somebody stopped or restarted our texts, or calls by our system, or staff noted that she agreed to texts;
    append-only."""

    __tablename__ = "consent_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_point_id: Mapped[int] = mapped_column(ForeignKey("contact_point.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # opt_out | opt_in | agreed | calls_out | calls_in
    source: Mapped[str] = mapped_column(String(20))  # patient | carrier | staff
    exchange_id: Mapped[int | None] = mapped_column(ForeignKey("exchange.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
