"""The first text: who we are, in which language, and how to stop it; once for each patient and number (P9, H49).

It goes only where staff wrote down that she agreed to texts, and it is the least of all that we begin: it waits for
hours, budget, words, visits that are near and whatever else is being asked, and any other question ends it
(app.talk.opening). No question before it says how to stop, so that none stands for it.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import apart, clock, contact_points, db, timeline
from app.library import versions
from app.models.conversations import Conversation
from app.models.patients import ContactPoint, Patient
from app.models.welcomes import Welcome
from app.outreach import askable, budget, known, pauses
from app.outreach.known import Known
from app.talk import opening
from app.talk.opening import WELCOME
from app.upkeep import restorations

AT_ONCE = 20
KEPT_FOR = timedelta(days=14)
"""Later than this nobody remembers having agreed: the next text says who we are too."""
A_DAY = timedelta(days=1)


def begin_due() -> int:
    """Welcome whoever may be welcomed now; returns how many. None in a restored database that was not compared yet."""
    with db.reading("welcomes.due") as session:
        if restorations.held(session):
            return 0
        due = select(Welcome.id).where(Welcome.state == "waiting", Welcome.not_before <= clock.now())
        ids = session.scalars(due.order_by(Welcome.not_before, Welcome.id).limit(AT_ONCE)).all()
    begun = 0
    for each in ids:
        with apart.Alone("welcome_failed", each):
            begun += _begin(each)
    return begun


def _begin(welcome_id: int) -> bool:
    with db.transaction("welcomes.begin") as session:
        number = session.scalars(select(Welcome.contact_point_id).where(Welcome.id == welcome_id)).one()
        point = contact_points.hold(session, number)
        row = session.scalars(select(Welcome).where(Welcome.id == welcome_id).with_for_update()).one()
        if row.state != "waiting" or point is None:
            return False
        patient = session.get_one(Patient, row.patient_id, populate_existing=True)
        found = known.of_many(session, {patient.id: point.id})[patient.id]
        against = _against(session, row, patient, point, found)
        if against is not None:
            _decide(session, row, "dropped", against)
        elif _must_wait(found, patient) or not _open(session, row, patient):
            row.not_before = clock.now() + timedelta(minutes=10)
        return row.state == "begun"


def _against(
    session: Session, row: Welcome, patient: Patient, point: ContactPoint, found: Known
) -> str | None:  # fmt: skip
    """Why she is not welcomed at all."""
    behind = contact_points.ids_behind(session, row.contact_point_id)
    if row.patient_id not in behind:
        return "number_detached"
    if len(behind) > 1:
        return "shared_number"
    if clock.now() > row.asked_at + KEPT_FOR and row.source == "form":
        return "too_late"
    talked = select(Conversation.id).where(
        Conversation.contact_point_id == row.contact_point_id, Conversation.created_at < row.asked_at
    )
    if session.scalar(talked.limit(1)) is not None or WELCOME not in versions.in_force(session).dialogs:
        return "known_already"
    against = askable.not_at_all(found, patient, point, rings=False)
    return against.reason if against is not None and against.state != "waiting" else None


def _must_wait(found: Known, patient: Patient) -> bool:
    """Whatever else is to be said comes first."""
    now = clock.now()
    if found.visit_near or found.words or askable.not_now(found, patient, now, pauses.REMINDERS):
        return True
    talks = [(talk.begun_at, True) for talk in found.talks]
    return budget.free(found.cadences, talks, now, found.zone(patient)) is not None


def _open(session: Session, row: Welcome, patient: Patient) -> bool:
    """False while something else is being asked there."""
    row.conversation_id = opening.open_one(session, opening.Opening(
        key=f"{WELCOME}:{row.patient_id}:{row.contact_point_id}", dialog=WELCOME,
        contact_point_id=row.contact_point_id, patient=patient, appointment_id=None, expires_at=clock.now() + A_DAY,
    ))  # fmt: skip
    if row.conversation_id is not None:
        _decide(session, row, "begun", "due")
    return row.conversation_id is not None


def _decide(session: Session, row: Welcome, state: str, reason: str) -> None:
    row.state, row.reason, row.decided_at = state, reason, clock.now()
    session.flush()
    kind = "welcomed" if state == "begun" else "welcome_dropped"
    timeline.append(session, timeline.of_patient(row.patient_id), kind, "agent", reason=reason)
