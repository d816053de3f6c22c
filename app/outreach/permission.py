"""Whether a text may go or a call be made: consent, hush, version, hours, asked when it is about to leave (P9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app import clock, settings
from app.library import versions
from app.models.appointments import Appointment
from app.models.calls import OutgoingCall
from app.models.conversations import Conversation, ConversationVisit
from app.models.outbox import Outbound
from app.models.patients import ContactPoint, Patient
from app.models.practice import Practice
from app.outreach import disowned, pauses, quiet_hours
from app.scheduling import booking, offers
from app.talk import saying
from app.upkeep import restorations
from escalation_desk import hush, oncall

NUMBER_IS_SHUT = frozenset({"cannot_text", "opted_out"})
NEVER_RUNG = frozenset({"opted_out", "too_late", "hushed", "could_not_be_asked"})
NEEDS_A_PERSON = NUMBER_IS_SHUT | {"too_late", "hushed", "abroad"}
"""Reasons after which somebody must take the matter up by other means."""

ASKED_AGAIN = timedelta(minutes=5)
"""How soon after a pause a text that waited for its end leaves at the latest."""


@dataclass(frozen=True)
class Verdict:
    """It may go; or it is `refused` for good, with the reason; or it may be asked again `later`."""

    refused: str | None = None
    later: datetime | None = None


YES = Verdict()


def ask(session: Session, row: Outbound, point: ContactPoint) -> Verdict:
    """The verdict for one pending text, by its class. A safety text is held back by nothing but a number that
    cannot be texted at all."""
    if point.cannot_text is not None:
        return Verdict(refused="cannot_text")
    if row.message_class == "safety":
        return YES
    if point.opted_out_at is not None:
        return Verdict(refused="opted_out")
    if row.expires_at is not None and row.expires_at <= clock.now():
        return Verdict(refused="too_late")
    if row.message_class == "reply":
        return _reply(session, row)
    return _outreach(session, row) if settings.current().reaches(point.number) else Verdict(refused="abroad")


def to_ring(session: Session, row: OutgoingCall, point: ContactPoint) -> Verdict:
    """The verdict for one queued call, asked when it is about to be dialled. Consent to calls is its own; whoever wants
    no texts is not rung either."""
    if point.opted_out_at is not None:
        return Verdict(refused="opted_out")
    if not settings.current().reaches(point.number):
        return Verdict(refused="abroad")
    if point.calls_agreed_at is None:
        return Verdict(refused="no_call_consent")
    if row.expires_at <= clock.now():
        return Verdict(refused="too_late")
    return _outreach(session, row)


def to_put_through(session: Session, point: ContactPoint, patients: Sequence[Patient], *, wrote: bool) -> Verdict:
    """The verdict for a nurse's own call to these patients over us. It is no outreach: she decided it, so it needs no
    consent to calls by our system, no hours and no budget, and no wish for no more texts stands against it. `wrote`: it
    answers the patient's own words, as may be done where we are to begin nothing."""
    if not settings.current().sends or restorations.held(session):
        return Verdict(refused="sending_off")
    if point.cannot_text == "not_a_number":
        return Verdict(refused="no_number")
    if not settings.current().reaches(point.number):
        return Verdict(refused="abroad")
    if disowned.doubted(session, point.id):
        return Verdict(refused="wrong_number")
    if patients and all(each.deceased_on is not None for each in patients):
        return Verdict(refused="deceased")
    if patients and not wrote and all(each.do_not_contact for each in patients):
        return Verdict(refused="do_not_contact")
    return YES


def needs_a_person(row: Outbound, reason: str) -> bool:
    """Whether somebody must take up what this text was to say. An automatic answer about words on the desk is not
    missed: the words are there. One about an appointment that has changed meanwhile is, for it answered the patient."""
    if row.message_class == "reply" and row.staff_id is None and row.desk_item_id is not None:
        return False
    return reason in NEEDS_A_PERSON or (reason == "appointment_changed" and row.message_class == "reply")


def _reply(session: Session, row: Outbound) -> Verdict:
    """What a person wrote goes as it is; an automatic answer while it is fresh and about the visit as it stands."""
    if row.staff_id is not None:
        return YES
    if row.created_at <= clock.now() - saying.REPLY_LIFE:
        return Verdict(refused="too_late")
    same = _same_version(session, row) and _day_stands(session, row)
    return YES if same else Verdict(refused="appointment_changed")


def _same_version(session: Session, row: Outbound) -> bool:
    if row.appointment_id is None or row.appointment_version is None:
        return True
    now = session.scalar(select(Appointment.version).where(Appointment.id == row.appointment_id))
    return now == row.appointment_version


def _day_stands(session: Session, row: Outbound | OutgoingCall) -> bool:
    """Whether the other visits that a text names are as they were, and nothing speaks against naming their patients."""
    if not isinstance(row, Outbound) or row.text_name not in saying.NAMES_THE_DAY:
        return True
    changed = select(ConversationVisit.id).join(Appointment, Appointment.id == ConversationVisit.appointment_id).join(
        Patient, Patient.id == Appointment.patient_id
    ).where(
        ConversationVisit.conversation_id == row.conversation_id,
        ConversationVisit.answered_at.is_(None),
        or_(
            Appointment.version != ConversationVisit.appointment_version, Appointment.state != "booked",
            Patient.deceased_on.is_not(None), Patient.do_not_contact,
        ),
    )  # fmt: skip
    return session.scalar(changed.limit(1)) is None


def _still_asks(session: Session, row: Outbound | OutgoingCall) -> bool:
    """A question whose conversation is over would be answered to nobody (it was asked again, or taken back)."""
    if row.conversation_id is None:
        return True
    return session.scalar(select(Conversation.state).where(Conversation.id == row.conversation_id)) == "live"


def _outreach(session: Session, row: Outbound | OutgoingCall) -> Verdict:
    patient = session.get(Patient, row.patient_id) if row.patient_id is not None else None
    if patient is not None and (patient.deceased_on is not None or patient.do_not_contact):
        return Verdict(refused="do_not_contact")
    if row.appointment_id is not None and not (_same_appointment(session, row) and _day_stands(session, row)):
        return Verdict(refused="appointment_changed")
    if not _still_asks(session, row) or not offers.stands(session, row.conversation_id):
        return Verdict(refused="question_over")
    if hush.hushed(session, row.contact_point_id, row.patient_id):
        return Verdict(refused="hushed")
    if pauses.stops_talk(session, row.conversation_id):
        return Verdict(later=clock.now() + ASKED_AGAIN)
    if _nobody_would_read(session, row):
        return Verdict(later=oncall.next_covered(session, clock.now()) or clock.now() + ASKED_AGAIN)
    practice = session.scalars(select(Practice).limit(1)).one()
    zone = ZoneInfo((patient.time_zone if patient else None) or practice.time_zone)
    opens = quiet_hours.next_opening(clock.now(), zone, practice.quiet_until, practice.quiet_from)
    return YES if opens is None else Verdict(later=opens)


def _nobody_would_read(session: Session, row: Outbound | OutgoingCall) -> bool:
    """Whether it asks how somebody is while no nurse can be reached with the answer (DESIGN 5)."""
    talk = session.get(Conversation, row.conversation_id) if row.conversation_id is not None else None
    if talk is None or not versions.pinned(session, talk.dialog, talk.dialog_version).asks_about_health:
        return False
    return not oncall.covered(session, clock.now())


def _same_appointment(session: Session, row: Outbound | OutgoingCall) -> bool:
    if row.appointment_id is None or row.appointment_version is None:
        return True
    return booking.still_stands(session, row.appointment_id, row.appointment_version)
