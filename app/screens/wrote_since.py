"""What patients wrote of their visits that nobody has settled yet: a “confirmed” of before does not stand alone."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.models.appointments import Appointment
from app.models.conversations import Conversation, ConversationVisit, Exchange
from app.models.patients import PatientContactPoint
from escalation_desk.models import DeskItem, DeskItemWords

WISHES = {
    "another_time": "asked for another time",
    "preference": "said which times would suit",
    "names_another_day": "named another day or time",
    "cancel_visit": "asked to cancel",
    "cancel_may_mean_appointment": "may want to cancel",
    "decline": "said no",
    "gives_up_visit": "wants to give up the visit",
    "tell_after_all": "may think that it is called off",
    "person": "asked for a person",
    "asked_for_person": "asked for a person",
    "wants_call": "asked for a call",
    "call_owed": "asked for a call",
    "late": "runs late",
    "arrived": "has arrived",
}
WORDS, CLINICAL = "wrote to the front desk", "the nurses have the patient’s words"


@dataclass(frozen=True, slots=True)
class Wrote:
    """The newest that waits: in few words, when she wrote it, and on which item of which list."""

    reason: str
    at: datetime
    item_id: int
    list: str

    @property
    def another_time(self) -> bool:
        return self.list != "nurses" and self.reason == "another_time"

    @property
    def words(self) -> str:
        return CLINICAL if self.list == "nurses" else WISHES.get(self.reason, WORDS)


class _Item(NamedTuple):
    """An open item, in which version its talk asked about its visit, and the visit ahead that its words answer
    (`asked_of`)."""

    id: int
    reason: str
    list: str
    opened_at: datetime
    patient_id: int | None
    contact_point_id: int | None
    appointment_id: int | None
    version: int | None
    asked_of: int | None


def unsettled(session: Session, visits: Collection[Appointment]) -> dict[int, Wrote]:
    """By appointment; words of no certain visit are told of each of the patient's, in as many looks for many as for
    one. What was written before she confirmed is left out."""
    found: dict[int, Wrote] = {}
    ahead = [visit for visit in visits if visit.state == "booked" and visit.starts_at > clock.now()]
    if not ahead:
        return found
    rows = _open(session, {visit.patient_id for visit in ahead})
    newest = _newest_words(session, [row.id for row in rows])
    whose = _whose(session, rows)
    for visit in ahead:
        for row in rows:
            at = newest.get(row.id, row.opened_at)
            if visit.patient_id not in whose[row.id] or not _of(row, visit):
                continue
            since = max((each for each in (visit.confirmed_at, _at(found.get(visit.id))) if each), default=None)
            if since is None or at > since:
                found[visit.id] = Wrote(row.reason, at, row.id, row.list)
    return found


def _at(wrote: Wrote | None) -> datetime | None:
    return wrote.at if wrote is not None else None


def _open(session: Session, patients: set[int]) -> Sequence[_Item]:
    """Open items of words, and the tasks that a wish became."""
    theirs = select(PatientContactPoint.contact_point_id).where(PatientContactPoint.patient_id.in_(patients))
    query = (
        select(
            DeskItem.id, DeskItem.reason, DeskItem.list, DeskItem.opened_at, DeskItem.patient_id,
            DeskItem.contact_point_id, DeskItem.appointment_id,
            func.coalesce(ConversationVisit.appointment_version, Conversation.appointment_version),
            Appointment.id,
        )
        .outerjoin(Conversation, Conversation.id == DeskItem.conversation_id)
        .outerjoin(
            ConversationVisit,
            (ConversationVisit.conversation_id == DeskItem.conversation_id)
            & (ConversationVisit.appointment_id == DeskItem.appointment_id),
        )
        .outerjoin(
            Appointment,
            (Appointment.id == Conversation.appointment_id)
            & (Appointment.state == "booked")
            & (Appointment.starts_at > clock.now()),
        )
        .where(
            DeskItem.state != "closed",
            or_(DeskItem.kind == "words", DeskItem.reason.in_(WISHES)),
            or_(
                DeskItem.patient_id.in_(patients),
                DeskItem.patient_id.is_(None) & DeskItem.contact_point_id.in_(theirs),
            ),
        )
        .order_by(DeskItem.id)
    )  # fmt: skip
    return [_Item(*row) for row in session.execute(query)]


def _newest_words(session: Session, items: Collection[int]) -> dict[int, datetime]:
    query = (
        select(DeskItemWords.desk_item_id, func.max(Exchange.received_at))
        .join(Exchange, Exchange.id == DeskItemWords.exchange_id)
        .where(DeskItemWords.desk_item_id.in_(items))
        .group_by(DeskItemWords.desk_item_id)
    )
    return {row[0]: row[1] for row in session.execute(query)} if items else {}


def _whose(session: Session, rows: Sequence[_Item]) -> dict[int, set[int]]:
    """Whom each item may concern: whoever it names, else everybody behind its number."""
    numbers = {row.contact_point_id for row in rows if row.patient_id is None}
    behind: dict[int, set[int]] = defaultdict(set)
    query = select(PatientContactPoint.contact_point_id, PatientContactPoint.patient_id)
    here = session.execute(query.where(PatientContactPoint.contact_point_id.in_(numbers))) if numbers else ()
    for number, patient in here:
        behind[number].add(patient)
    return {
        row.id: {row.patient_id} if row.patient_id is not None else behind[row.contact_point_id or 0] for row in rows
    }


def _of(row: _Item, visit: Appointment) -> bool:
    """Whether an item may be about this visit as it is now; words for the nurses are about the patient."""
    if row.list == "nurses":
        return True
    if row.reason == "another_time" and row.version is not None and row.appointment_id is not None:
        return (row.appointment_id, row.version) == (visit.id, visit.version)
    if row.appointment_id is not None:
        return row.appointment_id == visit.id
    # what she was asked last tells which visit her words are about, as long as that one lies ahead
    return row.asked_of is None or row.asked_of == visit.id
