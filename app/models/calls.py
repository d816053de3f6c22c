"""Telephone calls with us, and those that we make: where each stands, and whether somebody is owed a call."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime

STATES = (
    "queued", "sending", "accepted", "ringing", "answered", "completed", "busy", "no_answer", "failed", "canceled",
    "unknown", "withheld",
)  # fmt: skip
CAME_OF = ("talk", "voicemail", "hung_up", "not_reached", "taken", "not_taken", "put_through")
DIALLED = ("completed", "busy", "no_answer", "failed", "canceled")
RESULTS = ("reached", "voicemail", "nobody")
_ONE_OF_THEM = " + ".join(
    f"(case when {name} is null then 0 else 1 end)" for name in ("conversation_id", "page_id", "desk_item_id")
)


class OutgoingCall(Base):
    """One call of ours to one number. `key` is its reason in words, unique for ever, so that nobody is rung twice for
    it (P5). What is said on it stands in the PhoneCall that it becomes. To a patient about a conversation; with
    `page_id`, to a nurse for what she was paged for; with `desk_item_id`, to a nurse who calls a patient through us."""

    __tablename__ = "outgoing_call"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint(f"came_of in {CAME_OF}", name="came_of"),
        CheckConstraint(f"{_ONE_OF_THEM} = 1", name="whose"),
        Index("ix_outgoing_call_not_before", "not_before", sqlite_where=text("state = 'queued'"),
              postgresql_where=text("state = 'queued'")),
        Index("ix_outgoing_call_unsettled", "claimed_at", sqlite_where=text("came_of is null"),
              postgresql_where=text("came_of is null")),
        Index("ix_outgoing_call_contact_point_id", "contact_point_id"),
        Index("ix_outgoing_call_claimed_at", "claimed_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    contact_point_id: Mapped[int] = mapped_column(ForeignKey("contact_point.id"))
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"), index=True)
    desk_item_id: Mapped[int | None] = mapped_column(ForeignKey("desk_item.id"), index=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    appointment_version: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10), default="queued")
    token: Mapped[str] = mapped_column(String(43), unique=True)  # opaque, in the addresses the carrier is given
    carrier_id: Mapped[str | None] = mapped_column(String(34), unique=True)
    answered_by: Mapped[str | None] = mapped_column(String(20))  # human, or whatever machine the carrier took it for
    came_of: Mapped[str | None] = mapped_column(String(12))  # None as long as it is not over
    attempts: Mapped[int] = mapped_column(default=0)
    looked_for: Mapped[int] = mapped_column(default=0)  # times that the carrier was asked about it, in vain
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error_code: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(40))  # why withheld, failed or unknown
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CallThrough(Base):
    """What a call of ours to a nurse is for: she is put through to a patient. Only she can say what came of it, since a
    voicemail is an answered call to the carrier."""

    __tablename__ = "call_through"
    __table_args__ = (
        CheckConstraint(f"dialled in {DIALLED}", name="dialled"),
        CheckConstraint(f"result in {RESULTS}", name="result"),
    )

    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing_call.id"), primary_key=True, autoincrement=False)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    contact_point_id: Mapped[int] = mapped_column(ForeignKey("contact_point.id"))  # the patient's
    put_through_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when she pressed the key
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by somebody or something
    dialled: Mapped[str | None] = mapped_column(String(10))  # how the patient's telephone ended, as the carrier says
    seconds: Mapped[int | None]  # from that answer to the end
    result: Mapped[str | None] = mapped_column(String(9))  # as she says, or the carrier where nobody answered


class PhoneCall(Base):
    """One call, by the carrier's CallSid. `turn` counts the answers given; what was heard stands in its exchanges.

    `settled_as` says why nobody need call back by this row: None as long as nobody knows (app.calls.owed).
    """

    __tablename__ = "phone_call"
    __table_args__ = (
        Index("ix_phone_call_unsettled", "heard_at", sqlite_where=text("settled_as is null"),
              postgresql_where=text("settled_as is null")),
        Index("ix_phone_call_going_on", "heard_at", sqlite_where=text("ended_at is null"),
              postgresql_where=text("ended_at is null")),
        Index("ix_phone_call_contact_point_id", "contact_point_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(String(34), unique=True)
    contact_point_id: Mapped[int] = mapped_column(ForeignKey("contact_point.id"))
    to_number: Mapped[str] = mapped_column(String(20))
    withheld: Mapped[bool] = mapped_column(default=False)  # no number that could be called back
    language: Mapped[str | None] = mapped_column(String(2))  # None: nobody knows yet, so both are spoken
    place: Mapped[str] = mapped_column(String(12))
    turn: Mapped[int] = mapped_column(default=0)
    misses: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when it last gave a sign of life
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_as: Mapped[str | None] = mapped_column(String(12))  # words | task | connected | withheld | answered | text
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))  # whose birth date was entered
    tries: Mapped[int] = mapped_column(default=0, server_default="0")  # birth dates entered in this call
    outgoing_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_call.id"), unique=True)  # None: we were called


class NurseRing(Base):
    """One nurse who was rung while a caller waited on the line. Only her key makes it `taken`, never the carrier's
    word: a voicemail answers too."""

    __tablename__ = "nurse_ring"
    __table_args__ = (
        CheckConstraint("state in ('ringing', 'taken', 'not_taken')", name="state"),
        UniqueConstraint("call_id", "staff_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("phone_call.id"))
    desk_item_id: Mapped[int] = mapped_column(ForeignKey("desk_item.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    token: Mapped[str] = mapped_column(String(43), unique=True)  # opaque, in the address that her side is asked at
    state: Mapped[str] = mapped_column(String(9), default="ringing")
    rang_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seconds: Mapped[int | None]  # that they talked


class IdentityTry(Base):
    """A birth date entered on a call, counted for each patient who is behind the number it shows (H30)."""

    __tablename__ = "identity_try"
    __table_args__ = (Index("ix_identity_try_patient_id_at", "patient_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("phone_call.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    right: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
