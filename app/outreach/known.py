"""What is known of a number before it is asked anything: the same look for one and for many (P9, P13, H52)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.library import versions
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.patients import Patient, PatientContactPoint
from app.models.practice import Practice
from app.outreach import budget, disowned, pauses
from dialogs.engine.cadences import Cadences
from escalation_desk import hush

NEVER = datetime.min.replace(tzinfo=UTC)
VISIT_FIRST = timedelta(hours=72)


class Talk(NamedTuple):
    """One that was begun with the number in the last week."""

    begun_at: datetime
    asked_at: datetime
    dialog: str
    appointment_id: int | None
    follow_up_id: int | None


@dataclass(frozen=True)
class Known:
    """As the rows stood when it was looked at. `talks`: the oldest first. `visit_near`: somebody behind the number is
    to be asked about a visit soon, which comes first (DESIGN 6); only where it was asked for."""

    practice: Practice
    cadences: Cadences
    hushed: bool
    words: Sequence[hush.Words]
    doubted: bool
    talks: Sequence[Talk]
    stopped: frozenset[str]
    visit_near: bool = False

    @property
    def last_asked(self) -> datetime:
        """Two questions within ten minutes to one number never share digits (DESIGN 2)."""
        return max((talk.asked_at for talk in self.talks), default=NEVER)

    @property
    def counted(self) -> list[Talk]:
        """Those that the contact budget counts."""
        return [talk for talk in self.talks if talk.dialog not in budget.OUTSIDE]

    def zone(self, patient: Patient) -> ZoneInfo:
        """Of the clock on her wall, as far as we know."""
        return ZoneInfo(patient.time_zone or self.practice.time_zone)


def of_one(session: Session, contact_point_id: int, patient_id: int) -> Known:
    """Of a number and the patient who is to be reached by it."""
    return Known(
        _practice(session), versions.in_force(session).cadences, hush.hushed(session, contact_point_id, patient_id),
        hush.words_waiting(session, {patient_id: contact_point_id})[patient_id],
        disowned.doubted(session, contact_point_id), _talks(session, [contact_point_id])[contact_point_id],
        pauses.standing(session),
    )  # fmt: skip


def of_many(session: Session, numbers_of: Mapping[int, int]) -> dict[int, Known]:
    """The same of many patients, each with a number, and the visits that are near: a handful of looks, however many."""
    numbers, patients = set(numbers_of.values()), numbers_of.keys()
    practice, cadences = _practice(session), versions.in_force(session).cadences
    held, words = hush.among(session, numbers, patients), hush.words_waiting(session, numbers_of)
    stopped = pauses.standing(session)
    talks, near, doubted = _talks(session, numbers), _visits_near(session, numbers), disowned.among(session, numbers)
    return {
        patient: Known(
            practice,
            cadences,
            number in held[0] or patient in held[1],
            words[patient],
            number in doubted,
            talks[number],
            stopped,
            number in near,
        )
        for patient, number in numbers_of.items()
    }


def _practice(session: Session) -> Practice:
    return session.scalars(select(Practice).limit(1)).one()


def _talks(session: Session, numbers: Collection[int]) -> dict[int, list[Talk]]:
    found: dict[int, list[Talk]] = {number: [] for number in numbers}
    columns = (Conversation.created_at, Conversation.asked_at, Conversation.dialog, Conversation.appointment_id,
               Conversation.follow_up_id)  # fmt: skip
    query = select(Conversation.contact_point_id, *columns).where(
        Conversation.contact_point_id.in_(numbers), Conversation.created_at > clock.now() - budget.WEEK
    )
    for number, *talk in session.execute(query.order_by(Conversation.created_at, Conversation.id)):
        found[number].append(Talk._make(talk))
    return found


def _visits_near(session: Session, numbers: Collection[int]) -> set[int]:
    """Numbers behind which somebody has a visit soon that is not confirmed."""
    now = clock.now()
    query = select(PatientContactPoint.contact_point_id).join(
        Appointment, PatientContactPoint.patient_id == Appointment.patient_id
    ).where(
        PatientContactPoint.contact_point_id.in_(numbers), Appointment.state == "booked",
        Appointment.confirmed_at.is_(None), Appointment.starts_at > now, Appointment.starts_at < now + VISIT_FIRST,
    )  # fmt: skip
    return set(session.scalars(query))
